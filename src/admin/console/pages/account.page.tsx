import type { Account } from '../../../accounts/account.entity.js';
import type { Principal } from '../../../common/principal.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Empty, Facts, Moment, Section, Table } from '../../../ui/parts.js';
import type { AccountOverview } from '../../account-overview.service.js';
import type { AccountFile } from '../account-file.service.js';
import { AccountActivity } from './account-activity.js';
import { AccountLabels, type TypedLabel } from './account-labels.js';
import { AccountSessionList } from './account-sessions.js';
import { masked, ReviewBadge, RoleWord, StateBadge } from './account-words.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';

export interface AccountPageProps {
  viewer: Principal['account'];
  file: AccountFile;
  done?: string | undefined;
  problem?: string;
  /** What came with a label that was refused. */
  typed?: TypedLabel;
}

export function AccountPage({ viewer, file, done, problem, typed }: AccountPageProps) {
  const texts = useTexts().consoleAccounts.account;
  const { account, overview, more } = file;
  const isOwn = viewer.uid === account.uid;
  return (
    <ConsoleLayout page="accounts" role={viewer.role} title={account.email} lead={texts.lead(account.uid)}>
      <p class="back">
        <a href="/admin/accounts">{`← ${texts.back}`}</a>
      </p>
      {done && <Notice kind="success">{done}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      {isOwn && <p class="lead">{texts.own}</p>}
      {more && !isOwn && <Actions account={account} />}
      <div class="cards">
        <AccountFacts account={account} overview={overview} />
        <Levels level={account.level} />
      </div>
      <Identity uid={account.uid} overview={overview} />
      <Phones phones={overview.phones} />
      {more && <AccountLabels uid={account.uid} labels={more.labels} typed={typed} />}
      {more && <AccountSessionList uid={account.uid} sessions={more.sessions} />}
      {more && <AccountActivity uid={account.uid} entries={more.activity} />}
      {more && !isOwn && <Ending uid={account.uid} />}
    </ConsoleLayout>
  );
}

/** What has pages of its own. */
function Actions({ account: { uid, otpEnabled } }: { account: Account }) {
  const { actions } = useTexts().consoleAccounts;
  const path = `/admin/accounts/${uid}`;
  return (
    <Links
      links={[
        [`${path}/access`, actions.access],
        ...(otpEnabled ? [[`${path}/recovery`, actions.recovery] as const] : []),
      ]}
    />
  );
}

function Ending({ uid }: { uid: string }) {
  return (
    <p>
      <a href={`/admin/accounts/${uid}/delete`} class="danger">
        {useTexts().consoleAccounts.actions.delete}
      </a>
    </p>
  );
}

function AccountFacts({ account, overview }: { account: Account; overview: AccountOverview }) {
  const { account: texts, list } = useTexts().consoleAccounts;
  return (
    <Section title={texts.facts}>
      <Facts
        facts={[
          [list.state, <StateBadge state={account.state} />],
          [list.role, <RoleWord role={account.role} />],
          [list.secondFactor, account.otpEnabled ? <Badge tone="good">{list.on}</Badge> : list.off],
          [texts.created, <Moment at={account.createdAt} />],
          [texts.changed, <Moment at={account.updatedAt} />],
          [texts.liveSessions, texts.liveCount(overview.liveSessions)],
          [texts.labelCount, overview.labels],
        ]}
      />
    </Section>
  );
}

function Levels({ level }: { level: number }) {
  const { account: texts, levels } = useTexts().consoleAccounts;
  return (
    <Section title={texts.levels} lead={levels[level] ?? ''}>
      <ol class="steps">
        {texts.steps.map((step, index) => (
          <li key={step} {...(index < level && { class: 'done' })}>
            {step}
            {index < level && <span class="visually-hidden">{` (${texts.stepDone})`}</span>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Identity({ uid, overview: { profileState, documents } }: { uid: string; overview: AccountOverview }) {
  const texts = useTexts().consoleAccounts.account;
  return (
    <Section title={texts.identity}>
      <Facts
        facts={[
          [texts.profile, profileState === null ? texts.noProfile : <ReviewBadge state={profileState} />],
          [texts.documents, documents],
        ]}
      />
      {(profileState !== null || documents > 0) && (
        <p class="more">
          <a href={`/admin/reviews/${uid}`}>{texts.look}</a> <small>{texts.lookHint}</small>
        </p>
      )}
    </Section>
  );
}

function Phones({ phones }: { phones: AccountOverview['phones'] }) {
  const texts = useTexts().consoleAccounts.account;
  return (
    <Section title={texts.phones}>
      {phones.length === 0 ? (
        <Empty>{texts.noPhones}</Empty>
      ) : (
        <Table
          caption={texts.phones}
          columns={[
            { title: texts.phone, cell: ({ number }) => masked(number) },
            { title: texts.country, cell: ({ country }) => country ?? '–' },
            {
              title: texts.phoneState,
              cell: ({ verified }) =>
                verified ? (
                  <Badge tone="good">{texts.verified}</Badge>
                ) : (
                  <Badge tone="plain">{texts.notVerified}</Badge>
                ),
            },
          ]}
          rows={phones}
          keyOf={({ number }) => number}
        />
      )}
    </Section>
  );
}
