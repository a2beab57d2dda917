import { Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { NewPasswordField } from '../../ui/sign-in-forms.js';
import { SignInLink } from './sign-in-link.js';

export type ResetState = { kind: 'choose'; token: string; problem?: string } | { kind: 'done' } | { kind: 'invalid' };

export function ResetPasswordPage({ state }: { state: ResetState }) {
  const { newPassword } = useTexts().signIn;
  return (
    <Layout title={newPassword.title}>
      <h1>{newPassword.title}</h1>
      {state.kind === 'choose' && (
        <Form action="/reset-password" submit={newPassword.submit}>
          <input type="hidden" name="reset_password_token" value={state.token} />
          <NewPasswordField label={newPassword.label} problem={state.problem} />
        </Form>
      )}
      {state.kind === 'done' && (
        <>
          <Notice kind="success">{newPassword.done}</Notice>
          <SignInLink />
        </>
      )}
      {state.kind === 'invalid' && (
        <Notice kind="problem">
          {newPassword.invalid} <a href="/forgot-password">{newPassword.askAgain}</a>
        </Notice>
      )}
    </Layout>
  );
}
