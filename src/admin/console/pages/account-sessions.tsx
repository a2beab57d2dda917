import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { type Column, Empty, Moment, Section, Table } from '../../../ui/parts.js';
import type { ListedSession } from '../account-sessions.service.js';

/** Where an account is signed in, and the end of all that. */
export function AccountSessionList({ uid, sessions }: { uid: string; sessions: ListedSession[] }) {
  const texts = useTexts().consoleAccounts.sessions;
  return (
    <Section title={texts.title} lead={texts.lead}>
      {sessions.length === 0 ? <Empty>{texts.empty}</Empty> : <Sessions sessions={sessions} />}
      <details>
        <summary>{texts.end}</summary>
        <p>{texts.consequence}</p>
        <Form action={`/admin/accounts/${uid}/sessions/end`} submit={texts.submit} tone="danger" />
      </details>
    </Section>
  );
}

function Sessions({ sessions }: { sessions: ListedSession[] }) {
  const texts = useTexts().consoleAccounts.sessions;
  const columns: Column<ListedSession>[] = [
    { title: texts.place, cell: ({ application }) => application ?? texts.pages },
    { title: texts.device, cell: ({ userAgent }) => <small class="device">{userAgent || '–'}</small> },
    { title: texts.ip, cell: ({ ip }) => ip ?? '–' },
    { title: texts.since, cell: ({ since }) => <Moment at={since} /> },
    { title: texts.lastSeen, cell: ({ lastSeen }) => (lastSeen ? <Moment at={lastSeen} /> : '–') },
  ];
  return <Table caption={texts.caption} columns={columns} rows={sessions} keyOf={({ id }) => id} />;
}
