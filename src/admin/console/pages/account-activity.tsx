import type { AuditEntry } from '../../../audit/audit-entry.entity.js';
import { useTexts } from '../../../ui/frame.js';
import { type Column, Empty, Moment, Section, Table } from '../../../ui/parts.js';

/** What was done to an account lately. */
export function AccountActivity({ uid, entries }: { uid: string; entries: AuditEntry[] }) {
  const { activity } = useTexts().consoleAccounts;
  return (
    <Section title={activity.title} lead={activity.lead}>
      {entries.length === 0 ? <Empty>{activity.empty}</Empty> : <Entries uid={uid} entries={entries} />}
      <p class="more">
        <a href={`/admin/audit?target=${uid}`}>{activity.all}</a>
      </p>
    </Section>
  );
}

function Entries({ uid, entries }: { uid: string; entries: AuditEntry[] }) {
  const { consoleAccounts, consoleSettings } = useTexts();
  const { activity } = consoleAccounts;
  const { actions } = consoleSettings.audit;
  const columns: Column<AuditEntry>[] = [
    { title: activity.when, cell: ({ at }) => <Moment at={at} /> },
    { title: activity.what, cell: ({ action }) => actions[action] ?? <code>{action}</code> },
    { title: activity.by, cell: ({ actorUid }) => <Actor uid={uid} actorUid={actorUid} /> },
    { title: activity.ip, cell: ({ ip }) => ip ?? '–' },
  ];
  return <Table caption={activity.caption} columns={columns} rows={entries} keyOf={({ id }) => id} />;
}

function Actor({ uid, actorUid }: { uid: string; actorUid: string | null }) {
  const { activity } = useTexts().consoleAccounts;
  if (actorUid === null) return <>{activity.nobody}</>;
  if (actorUid === uid) return <>{activity.owner}</>;
  return <a href={`/admin/accounts/${actorUid}`}>{actorUid}</a>;
}
