import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Layout } from '../../../ui/layout.js';
import { Notice } from '../../../ui/notice.js';

export type LinkState = { kind: 'ask'; token: string } | { kind: 'done' | 'invalid' | 'taken' };

/** Where the link leads that was sent to a new address. */
export function EmailChangePage({ state }: { state: LinkState }) {
  const { emailChange: texts } = useTexts().belongings;
  const then = { href: '/sign-in', text: texts.signIn };
  return <LinkPage texts={texts} state={state} action="/confirm-email" parameter="email_change_token" then={then} />;
}

/** Where the link leads that was sent to the old one. */
export function EmailRevertPage({ state }: { state: LinkState }) {
  const { emailRevert: texts } = useTexts().belongings;
  const then = { href: '/forgot-password', text: texts.newPassword };
  return <LinkPage texts={texts} state={state} action="/revert-email" parameter="email_revert_token" then={then} />;
}

interface LinkPageProps {
  texts: Record<'title' | 'lead' | 'submit' | 'done' | 'invalid' | 'taken', string>;
  state: LinkState;
  action: string;
  /** Name of the token. */
  parameter: string;
  then: { href: string; text: string };
}

function LinkPage({ texts, state, action, parameter, then }: LinkPageProps) {
  return (
    <Layout title={texts.title}>
      <h1>{texts.title}</h1>
      {state.kind === 'ask' && (
        <>
          <p>{texts.lead}</p>
          <Form action={action} submit={texts.submit}>
            <input type="hidden" name={parameter} value={state.token} />
          </Form>
        </>
      )}
      {state.kind === 'done' && (
        <>
          <Notice kind="success">{texts.done}</Notice>
          <p>
            <a href={then.href} role="button">
              {then.text}
            </a>
          </p>
        </>
      )}
      {(state.kind === 'invalid' || state.kind === 'taken') && <Notice kind="problem">{texts[state.kind]}</Notice>}
    </Layout>
  );
}
