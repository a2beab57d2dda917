import { Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { SignInLink } from './sign-in-link.js';

export function UnlockPage({ state }: { state: { token: string } | 'done' | 'invalid' }) {
  const { unlock } = useTexts().signIn;
  return (
    <Layout title={unlock.title}>
      <h1>{unlock.title}</h1>
      {typeof state === 'object' && (
        <>
          <p>{unlock.lead}</p>
          <Form action="/unlock" submit={unlock.submit}>
            <input type="hidden" name="unlock_token" value={state.token} />
          </Form>
        </>
      )}
      {state === 'done' && (
        <>
          <Notice kind="success">{unlock.done}</Notice>
          <SignInLink />
        </>
      )}
      {state === 'invalid' && <Notice kind="problem">{unlock.invalid}</Notice>}
    </Layout>
  );
}
