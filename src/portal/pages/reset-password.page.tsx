import { Field, Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

export type ResetState = { kind: 'choose'; token: string; problem?: string } | { kind: 'done' } | { kind: 'invalid' };

export function ResetPasswordPage({ state }: { state: ResetState }) {
  const { newPassword, passwordHint, submit } = useTexts().signIn;
  return (
    <Layout title={newPassword.title}>
      <h1>{newPassword.title}</h1>
      {state.kind === 'choose' && (
        <Form action="/reset-password" submit={newPassword.submit}>
          <input type="hidden" name="reset_password_token" value={state.token} />
          <Field
            name="password"
            label={newPassword.label}
            type="password"
            autocomplete="new-password"
            hint={passwordHint}
            problem={state.problem}
            minlength={8}
          />
        </Form>
      )}
      {state.kind === 'done' && (
        <>
          <Notice kind="success">{newPassword.done}</Notice>
          <p>
            <a href="/sign-in" role="button">
              {submit}
            </a>
          </p>
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
