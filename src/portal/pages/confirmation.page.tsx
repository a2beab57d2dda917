import { Form } from '../../ui/form.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

export type ConfirmationState = { kind: 'ask'; token: string } | { kind: 'done' } | { kind: 'invalid' };

export function confirmationPage(appName: string, state: ConfirmationState) {
  return (
    <Layout title="Confirm your e-mail address" appName={appName}>
      <h1>Confirm your e-mail address</h1>
      {state.kind === 'ask' && (
        <>
          <p>One click, and your {appName} account is ready.</p>
          <Form action="/confirm" submit="Confirm e-mail address">
            <input type="hidden" name="confirmation_token" value={state.token} />
          </Form>
        </>
      )}
      {state.kind === 'done' && (
        <Notice kind="success">Thank you. Your address is confirmed and you can sign in now.</Notice>
      )}
      {state.kind === 'invalid' && (
        <Notice kind="problem">
          This link is not good any more: it was used already, is older than 24 hours, or a newer one was sent.
        </Notice>
      )}
    </Layout>
  );
}
