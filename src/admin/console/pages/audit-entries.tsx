import type { AuditEntry } from '../../../audit/audit-entry.entity.js';
import { useTexts } from '../../../ui/frame.js';
import { Moment, Table } from '../../../ui/parts.js';
import { type DetailLine, detailLines } from '../audit-details.js';

/** Lines that are shown without being asked for. */
const SHOWN = 4;

/** Actor of what the clock did. */
const SYSTEM = 'system';

export function AuditEntries({ rows }: { rows: readonly AuditEntry[] }) {
  const { audit } = useTexts().consoleSettings;
  return (
    <div class="audit">
      <Table
        caption={audit.caption}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { title: audit.when, cell: ({ at }) => <Moment at={at} /> },
          { title: audit.who, cell: ({ actorUid, ip }) => <Actor uid={actorUid} ip={ip} /> },
          { title: audit.what, cell: ({ action }) => <Action action={action} /> },
          { title: audit.toWhom, cell: ({ action, target }) => <Target action={action} target={target} /> },
          { title: audit.details, cell: (entry) => <Details entry={entry} /> },
        ]}
      />
    </div>
  );
}

function Actor({ uid, ip }: { uid: string | null; ip: string | null }) {
  const { audit } = useTexts().consoleSettings;
  const known = uid === null ? audit.nobody : <AccountLink uid={uid} />;
  return (
    <div>
      {uid === SYSTEM ? audit.system : known}
      {ip !== null && <small class="beneath">{ip}</small>}
    </div>
  );
}

function Action({ action }: { action: string }) {
  const { actions } = useTexts().consoleSettings.audit;
  return (
    <div>
      {Object.hasOwn(actions, action) && <>{actions[action]} </>}
      <small class="beneath">
        <code>{action}</code>
      </small>
    </div>
  );
}

function Target({ action, target }: { action: string; target: string | null }) {
  const { audit } = useTexts().consoleSettings;
  if (target === null) return <>{audit.none}</>;
  if (/^ID[0-9A-Z]+$/.test(target)) return <AccountLink uid={target} />;
  return action.startsWith('application.') ? <ApplicationLink uid={target} /> : <code>{target}</code>;
}

const AccountLink = ({ uid }: { uid: string }) => <a href={`/admin/accounts/${encodeURIComponent(uid)}`}>{uid}</a>;
const ApplicationLink = ({ uid }: { uid: string }) => (
  <a href={`/admin/applications/${encodeURIComponent(uid)}`}>{uid}</a>
);

/** What changed to what; a long list is folded after its first lines. */
function Details({ entry }: { entry: AuditEntry }) {
  const { audit } = useTexts().consoleSettings;
  const lines = detailLines(entry.details);
  if (lines.length === 0) return <>{audit.none}</>;
  const folded = lines.slice(SHOWN);
  return (
    <div>
      <Lines lines={lines.slice(0, SHOWN)} />
      {folded.length > 0 && (
        <details class="more">
          <summary>{audit.more(folded.length)}</summary>
          <Lines lines={folded} />
        </details>
      )}
    </div>
  );
}

function Lines({ lines }: { lines: readonly DetailLine[] }) {
  return (
    <ul class="lines details">
      {lines.map(({ name, text }) => (
        <li key={name}>
          {name !== '' && <span class="key">{name}: </span>}
          {text}
        </li>
      ))}
    </ul>
  );
}
