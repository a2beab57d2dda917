import type { Page } from '../../../common/pagination.js';
import type { DeadLetter } from '../../../infra/queue/dead-letters.service.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Moment, Pager, Section, Table } from '../../../ui/parts.js';
import { MOST_RETRIED } from '../../outbox.service.js';
import { ConsoleLayout } from './console-layout.js';

export interface MessagesPageProps {
  list: Page<DeadLetter>;
  /** Those of each task. */
  counts: readonly { task: string; count: number }[];
  done?: string | undefined;
  problem?: string;
}

export function MessagesPage({ list, counts, done, problem }: MessagesPageProps) {
  const { messages } = useTexts().consoleSettings;
  return (
    <ConsoleLayout page="messages" role="admin" lead={messages.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      {counts.length === 0 ? <Empty>{messages.empty}</Empty> : <AllOfTask counts={counts} />}
      {list.rows.length > 0 && <List rows={list.rows} />}
      <Pager {...list} hrefOf={(page) => `/admin/messages?page=${page}`} />
    </ConsoleLayout>
  );
}

function AllOfTask({ counts }: Pick<MessagesPageProps, 'counts'>) {
  const { messages } = useTexts().consoleSettings;
  return (
    <Section title={messages.allOfTask} lead={messages.allLead}>
      <ul class="rows">
        {counts.map(({ task, count }) => (
          <li key={task}>
            <Task task={task} />
            <Form
              action="/admin/messages/retry"
              submit={count > MOST_RETRIED ? messages.oldestAgain(MOST_RETRIED) : messages.allAgain(count)}
              tone="quiet"
            >
              <input type="hidden" name="task" value={task} />
            </Form>
          </li>
        ))}
      </ul>
      <p class="lead">{messages.expired}</p>
    </Section>
  );
}

function List({ rows }: { rows: readonly DeadLetter[] }) {
  const { messages } = useTexts().consoleSettings;
  return (
    <Table
      caption={messages.caption}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: messages.task, cell: ({ task }) => <Task task={task} /> },
        { title: messages.since, cell: ({ createdAt }) => <Moment at={createdAt} /> },
        { title: messages.lastDue, cell: ({ runAt }) => <Moment at={runAt} /> },
        { title: messages.attempts, cell: ({ attempts }) => attempts, isNumber: true },
        { title: messages.lastError, cell: ({ lastError }) => <Reason lastError={lastError} /> },
        {
          title: messages.again,
          cell: ({ id }) => <Form action={`/admin/messages/${id}/retry`} submit={messages.again} tone="quiet" />,
        },
      ]}
    />
  );
}

function Task({ task }: { task: string }) {
  const { tasks } = useTexts().consoleSettings.messages;
  return Object.hasOwn(tasks, task) ? <span>{tasks[task]}</span> : <code>{task}</code>;
}

/** Class, code and status of the error, which name nobody; the most telling one in words too. */
function Reason({ lastError }: { lastError: string }) {
  const { reasons, otherReason } = useTexts().consoleSettings.messages;
  const word = lastError.split(' ').find((each) => Object.hasOwn(reasons, each));
  return (
    <div>
      {word === undefined ? otherReason : reasons[word]}
      <small class="beneath">
        <code>{lastError}</code>
      </small>
    </div>
  );
}
