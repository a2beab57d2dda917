import { Field, Form } from '../../ui/form.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

export type ResetState = { kind: 'choose'; token: string; problem?: string } | { kind: 'done' } | { kind: 'invalid' };

export function resetPasswordPage(appName: string, state: ResetState) {
  return (
    <Layout title="Choose a new password" appName={appName}>
      <h1>Choose a new password</h1>
      {state.kind === 'choose' && (
        <Form action="/reset-password" submit="Set new password">
          <input type="hidden" name="reset_password_token" value={state.token} />
          <Field
            name="password"
            label="New password"
            type="password"
            autocomplete="new-password"
            hint="8 to 128 characters. Three or four random words are good."
            problem={state.problem}
            minlength={8}
          />
        </Form>
      )}
      {state.kind === 'done' && (
        <Notice kind="success">Your new password holds. Everyone who was signed in has been signed out.</Notice>
      )}
      {state.kind === 'invalid' && (
        <Notice kind="problem">
          This link is not good any more. <a href="/forgot-password">Ask for a new one</a>.
        </Notice>
      )}
    </Layout>
  );
}
