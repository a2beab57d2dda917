import { Field, Form } from '../../ui/form.js';
import { useFrame, useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { SignInLink } from './sign-in-link.js';

export type ConfirmationState = { kind: 'ask'; token: string } | { kind: 'done' } | { kind: 'invalid' };

export function ConfirmationPage({ state }: { state: ConfirmationState }) {
  const { brand, texts } = useFrame();
  const { confirmation, confirmAgain } = texts.signIn;
  return (
    <Layout title={confirmation.title}>
      <h1>{confirmation.title}</h1>
      {state.kind === 'ask' && (
        <>
          <p>{confirmation.lead(brand.name)}</p>
          <Form action="/confirm" submit={confirmation.submit}>
            <input type="hidden" name="confirmation_token" value={state.token} />
          </Form>
        </>
      )}
      {state.kind === 'done' && (
        <>
          <Notice kind="success">{confirmation.done}</Notice>
          <SignInLink />
        </>
      )}
      {state.kind === 'invalid' && (
        <>
          <Notice kind="problem">{confirmation.invalid}</Notice>
          <p>
            <a href="/confirm/again">{confirmAgain}</a>
          </p>
        </>
      )}
    </Layout>
  );
}

export function ResendPage({ isSent }: { isSent: boolean }) {
  const { confirmation, email } = useTexts().signIn;
  return (
    <Layout title={confirmation.resendTitle}>
      <h1>{confirmation.resendTitle}</h1>
      {isSent ? (
        <Notice kind="success">{confirmation.resent}</Notice>
      ) : (
        <Form action="/confirm/again" submit={confirmation.resend}>
          <Field name="email" label={email} type="email" autocomplete="username" />
        </Form>
      )}
    </Layout>
  );
}
