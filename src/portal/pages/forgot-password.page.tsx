import { Field, Form } from '../../ui/form.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

export function forgotPasswordPage(appName: string, state: 'ask' | 'sent', returnTo?: string) {
  return (
    <Layout title="Forgotten password" appName={appName}>
      <h1>Forgotten password</h1>
      {state === 'sent' ? (
        <Notice kind="success">
          If there is an account with this address, a link to choose a new password is on its way. It is good for 30
          minutes.
        </Notice>
      ) : (
        <Form action="/forgot-password" submit="Send me a link">
          {returnTo !== undefined && <input type="hidden" name="return_to" value={returnTo} />}
          <Field name="email" label="E-mail address" type="email" autocomplete="username" />
        </Form>
      )}
      {returnTo !== undefined && (
        <p class="links">
          <a href={returnTo}>Back to sign-in</a>
        </p>
      )}
    </Layout>
  );
}
