import type { ComponentChildren } from 'preact';
import { ACCOUNT_STATES, ROLES } from '../../../accounts/account-filter.js';
import type { Account } from '../../../accounts/account.entity.js';
import { Field, Form, Select } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Facts, Moment, Section } from '../../../ui/parts.js';
import type { RecoveryRequest } from '../recovery-requests.service.js';
import { ConsoleLayout } from './console-layout.js';
import { TextArea } from './settings-parts.js';

interface ActionPageProps {
  account: Account;
  problem?: string | undefined;
}

/** A page with one thing to do about an account; all of them are for admins. */
function ActionFrame(props: ActionPageProps & { title: string; children: ComponentChildren }) {
  const { account, title, problem, children } = props;
  return (
    <ConsoleLayout page="accounts" role="admin" title={title}>
      <p class="back">
        <a href={`/admin/accounts/${account.uid}`}>{`← ${account.email}`}</a>
      </p>
      {problem && <Notice kind="problem">{problem}</Notice>}
      {children}
    </ConsoleLayout>
  );
}

export function AccessPage(props: ActionPageProps & { role: string; state: string }) {
  const { account, role, state } = props;
  const { access, roles, states } = useTexts().consoleAccounts;
  return (
    <ActionFrame {...props} title={access.title}>
      <section class="card narrow-card">
        <p>{access.lead(<strong>{account.email}</strong>)}</p>
        <Form action={`/admin/accounts/${account.uid}/access`} submit={access.submit}>
          <Select
            name="role"
            label={access.role}
            options={ROLES.map((each) => [each, roles[each]] as const)}
            value={role}
          />
          <p class="hint">{access.roleHint}</p>
          <Select
            name="state"
            label={access.state}
            options={ACCOUNT_STATES.map((each) => [each, states[each]] as const)}
            value={state}
          />
          <p class="hint">{access.stateHint}</p>
        </Form>
      </section>
    </ActionFrame>
  );
}

export interface RecoveryPageProps extends ActionPageProps {
  /** The one that waits. */
  waiting: RecoveryRequest | undefined;
  /** Uid of whoever looks. */
  viewerUid: string;
  /** As it was sent. */
  reason?: string;
}

export function RecoveryPage(props: RecoveryPageProps) {
  const { account, waiting, viewerUid, reason = '' } = props;
  const { recovery } = useTexts().consoleAccounts;
  return (
    <ActionFrame {...props} title={recovery.title}>
      <p>{recovery.lead(<strong>{account.email}</strong>)}</p>
      {waiting && <Waiting uid={account.uid} waiting={waiting} viewerUid={viewerUid} />}
      {account.otpEnabled ? (
        <section class="card narrow-card">
          <Form
            action={`/admin/accounts/${account.uid}/recovery`}
            submit={waiting ? recovery.again : recovery.request}
            {...(waiting && { tone: 'quiet' as const })}
          >
            <TextArea name="reason" label={recovery.reason} value={reason} rows={3} hint={recovery.reasonHint} />
          </Form>
        </section>
      ) : (
        <Empty>{recovery.off}</Empty>
      )}
    </ActionFrame>
  );
}

function Waiting({ uid, waiting, viewerUid }: { uid: string; waiting: RecoveryRequest; viewerUid: string }) {
  const { recovery } = useTexts().consoleAccounts;
  return (
    <Section title={recovery.waiting}>
      <Facts
        facts={[
          [recovery.by, waiting.requester_email ?? waiting.requested_by],
          [recovery.reason, waiting.reason],
          [recovery.at, <Moment at={waiting.requested_at} />],
          [recovery.until, <Moment at={waiting.expires_at} />],
        ]}
      />
      {waiting.requested_by === viewerUid ? (
        <p class="more">{recovery.another}</p>
      ) : (
        <>
          <p class="more">{recovery.consequence}</p>
          <Form action={`/admin/accounts/${uid}/recovery/approve`} submit={recovery.approve} tone="danger" />
        </>
      )}
    </Section>
  );
}

export function DeletePage(props: ActionPageProps) {
  const { account } = props;
  const { deletion, list } = useTexts().consoleAccounts;
  return (
    <ActionFrame {...props} title={deletion.title}>
      <section class="card narrow-card">
        <p>{deletion.lead(<strong>{account.email}</strong>)}</p>
        <p>{deletion.confirm(<code>{account.uid}</code>)}</p>
        <Form action={`/admin/accounts/${account.uid}/delete`} submit={deletion.submit} tone="danger">
          <Field name="uid" label={list.uid} type="text" autocomplete="off" />
        </Form>
        <p class="more">
          <a href={`/admin/accounts/${account.uid}`}>{deletion.cancel}</a>
        </p>
      </section>
    </ActionFrame>
  );
}
