import { Field, Form } from '../../../../ui/form.js';
import { useFrame, useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { NewPasswordField } from '../../../../ui/sign-in-forms.js';
import { AccountLayout } from '../../pages/account-layout.js';

export function PasswordPage({ asksForCode, problem }: { asksForCode: boolean; problem?: string }) {
  const { password } = useTexts().security;
  const { viewer } = useFrame();
  return (
    <AccountLayout page="security" title={password.pageTitle} lead={password.lead}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <section class="card" aria-label={password.pageTitle}>
        <Form action="/account/security/password" submit={password.submit}>
          {/* Tells password managers whose password it is. */}
          <input type="email" name="username" autocomplete="username" value={viewer?.email} readonly hidden />
          <Field name="current_password" label={password.current} type="password" autocomplete="current-password" />
          {asksForCode && <Field name="code" label={password.code} type="text" autocomplete="one-time-code" />}
          <NewPasswordField name="new_password" label={password.new} />
        </Form>
      </section>
    </AccountLayout>
  );
}
