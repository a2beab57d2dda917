import { Field, Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

export function ForgotPasswordPage({ isSent, returnTo }: { isSent: boolean; returnTo: string | undefined }) {
  const { forgottenPassword, email } = useTexts().signIn;
  return (
    <Layout title={forgottenPassword.title}>
      <h1>{forgottenPassword.title}</h1>
      {isSent ? (
        <Notice kind="success">{forgottenPassword.sent}</Notice>
      ) : (
        <Form action="/forgot-password" submit={forgottenPassword.submit}>
          {returnTo !== undefined && <input type="hidden" name="return_to" value={returnTo} />}
          <Field name="email" label={email} type="email" autocomplete="username" />
        </Form>
      )}
      <p class="links">
        <a href={returnTo ?? '/sign-in'}>{forgottenPassword.back}</a>
      </p>
    </Layout>
  );
}
