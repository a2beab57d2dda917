import { SIGNING_ALGORITHMS, type SigningAlgorithm, type SigningKey } from '../../../keys/signing-key.entity.js';
import { RETIRED_KEPT_HOURS } from '../../../keys/signing-keys.service.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Moment, Section, Table } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Consequences, Links } from './settings-parts.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ORDER = ['next', 'current', 'previous'];
const TONES = { next: 'waiting', current: 'good', previous: 'plain' } as const;

export interface KeysPageProps {
  keys: readonly SigningKey[];
  /** Days after which a key is rotated by itself; 0: never. */
  rotationDays: number;
  done: string | undefined;
}

export function KeysPage({ keys, rotationDays, done }: KeysPageProps) {
  const texts = useTexts().consoleSettings.keys;
  return (
    <ConsoleLayout page="keys" role="admin" lead={texts.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      <p>
        {rotationDays > 0 ? texts.schedule(rotationDays) : texts.noSchedule} <a href="/oauth/jwks">{texts.published}</a>
        .
      </p>
      {SIGNING_ALGORITHMS.map((algorithm) => (
        <Algorithm
          key={algorithm}
          algorithm={algorithm}
          keys={keys.filter((key) => key.algorithm === algorithm)}
          rotationDays={rotationDays}
        />
      ))}
    </ConsoleLayout>
  );
}

type AlgorithmProps = Pick<KeysPageProps, 'keys' | 'rotationDays'> & { algorithm: SigningAlgorithm };

function Algorithm({ algorithm, keys, rotationDays }: AlgorithmProps) {
  const texts = useTexts().consoleSettings.keys;
  const since = keys.find(({ status }) => status === 'current')?.activatedAt;
  const due = since && rotationDays > 0 ? new Date(since.getTime() + rotationDays * DAY_MS) : undefined;
  return (
    <Section title={algorithm}>
      <Table
        caption={texts.caption(algorithm)}
        rows={keys.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))}
        keyOf={({ kid }) => kid}
        columns={[
          { title: texts.status, cell: ({ status }) => <Badge tone={TONES[status]}>{texts.states[status]}</Badge> },
          { title: texts.kid, cell: ({ kid }) => <code>{kid}</code> },
          { title: texts.since, cell: ({ activatedAt, createdAt }) => <Moment at={activatedAt ?? createdAt} /> },
          { title: texts.until, cell: (key) => <Until signingKey={key} /> },
        ]}
      />
      {due && <p>{texts.due(<Moment at={due} dateOnly />)}</p>}
      <Links links={[[`/admin/keys/${algorithm}/rotate`, texts.rotate(algorithm)]]} />
    </Section>
  );
}

function Until({ signingKey: { status, retiredAt } }: { signingKey: SigningKey }) {
  const texts = useTexts().consoleSettings.keys;
  if (status === 'current') return <>{texts.untilRotation}</>;
  if (retiredAt === null) return <>{texts.openEnd}</>;
  return <>{texts.atLeast(<Moment at={new Date(retiredAt.getTime() + RETIRED_KEPT_HOURS * HOUR_MS)} />)}</>;
}

/** @param isYoung whether copies of the key set may not hold the next key yet */
export function RotateKeyPage({ algorithm, isYoung }: { algorithm: SigningAlgorithm; isYoung: boolean }) {
  const { consoleSettings, shell } = useTexts();
  const texts = consoleSettings.keys;
  return (
    <ConsoleLayout page="keys" role="admin" title={texts.rotateTitle(algorithm)}>
      {isYoung && <Notice kind="problem">{texts.young}</Notice>}
      <Section title={algorithm}>
        <Consequences items={texts.consequences} />
        <Form action={`/admin/keys/${algorithm}/rotate`} submit={texts.submit} tone="danger" />
        <p class="links">
          <a href="/admin/keys">{shell.cancel}</a>
        </p>
      </Section>
    </ConsoleLayout>
  );
}
