import type { Page } from '../../../common/pagination.js';
import { EVERY_EVENT } from '../../../events/webhooks/webhook-rules.js';
import type { Webhook } from '../../../events/webhooks/webhook.entity.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Empty, Pager, Table } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';

export interface WebhooksPageProps {
  list: Page<Webhook>;
  done: string | undefined;
}

export function WebhooksPage({ list, done }: WebhooksPageProps) {
  const { webhooks } = useTexts().consoleSettings;
  return (
    <ConsoleLayout page="webhooks" role="admin" lead={webhooks.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      <Links links={[['/admin/webhooks/new', webhooks.add]]} />
      {list.rows.length === 0 ? <Empty>{webhooks.empty}</Empty> : <List rows={list.rows} />}
      <Pager {...list} hrefOf={(page) => `/admin/webhooks?page=${page}`} />
    </ConsoleLayout>
  );
}

function List({ rows }: { rows: readonly Webhook[] }) {
  const { webhooks } = useTexts().consoleSettings;
  const eventsOf = (names: readonly string[]) =>
    names.includes(EVERY_EVENT) ? webhooks.everyEvent : webhooks.eventCount(names.length);
  return (
    <Table
      caption={webhooks.caption}
      rows={rows}
      keyOf={({ uid }) => uid}
      columns={[
        { title: webhooks.name, cell: ({ uid, name }) => <a href={`/admin/webhooks/${uid}`}>{name}</a> },
        { title: webhooks.url, cell: ({ url }) => <code>{new URL(url).host}</code> },
        { title: webhooks.events, cell: ({ eventNames }) => eventsOf(eventNames) },
        { title: webhooks.state, cell: (webhook) => <WebhookBadge {...webhook} /> },
      ]}
    />
  );
}

type Condition = Pick<Webhook, 'enabled' | 'failures' | 'pausedUntil'>;

/** How things stand with it. */
export function conditionOf({ enabled, failures, pausedUntil }: Condition) {
  if (!enabled) return 'disabled';
  if (pausedUntil && pausedUntil > new Date()) return 'paused';
  return failures > 0 ? 'failing' : 'working';
}

const TONES = { working: 'good', failing: 'waiting', paused: 'bad', disabled: 'plain' } as const;

export function WebhookBadge(webhook: Condition) {
  const { states } = useTexts().consoleSettings.webhooks;
  const condition = conditionOf(webhook);
  return <Badge tone={TONES[condition]}>{states[condition]}</Badge>;
}
