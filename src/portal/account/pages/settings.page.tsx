import type { PendingEmail } from '../../../accounts/email-change-requests.service.js';
import { Field, Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Facts, Moment, Section } from '../../../ui/parts.js';
import type { Texts } from '../../../ui/texts/english/english.js';
import { AccountLayout } from './account-layout.js';

export type SettingsDone = keyof Texts['belongings']['settings']['done'];

export interface SettingsPageProps {
  email: string;
  pending?: PendingEmail | undefined;
  done?: SettingsDone | undefined;
  /** What was typed, and what is wrong with it. */
  typed?: string | undefined;
  problem?: string | undefined;
}

export function SettingsPage(props: SettingsPageProps) {
  const { settings: texts } = useTexts().belongings;
  const { done } = props;
  return (
    <AccountLayout page="settings" lead={texts.lead}>
      {done !== undefined && <Notice kind="success">{texts.done[done]}</Notice>}
      <EmailAddress {...props} />
      <Section title={texts.data.title} lead={texts.data.lead}>
        <Form action="/account/settings/export" submit={texts.data.submit} tone="quiet" />
      </Section>
      <Section title={texts.deletion.title} lead={texts.deletion.lead}>
        <p>
          <a href="/account/settings/delete">{texts.deletion.open}</a>
        </p>
      </Section>
    </AccountLayout>
  );
}

function EmailAddress({ email, pending, typed, problem }: SettingsPageProps) {
  const { email: texts } = useTexts().belongings.settings;
  return (
    <Section title={texts.title}>
      <Facts facts={[[texts.present, email]]} />
      {pending && <Pending pending={pending} />}
      <p class="lead">{texts.how}</p>
      <Form action="/account/settings/email" submit={texts.submit}>
        <Field name="new_email" label={texts.field} type="email" autocomplete="email" value={typed} problem={problem} />
      </Form>
    </Section>
  );
}

function Pending({ pending: { email, expires_at: expiresAt } }: { pending: PendingEmail }) {
  const { email: texts } = useTexts().belongings.settings;
  return (
    <div class="pending">
      <p>{texts.pending(<strong>{email}</strong>)}</p>
      <p>
        {texts.pendingUntil} <Moment at={expiresAt} />
      </p>
      <Form action="/account/settings/email/cancel" submit={texts.cancel} tone="quiet" />
    </div>
  );
}
