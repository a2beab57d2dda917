import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { PASSKEY_SCRIPT, PasskeyWay } from '../../ui/passkey-form.js';
import { type Carried, SecondFactorForms, SignInForm } from '../../ui/sign-in-forms.js';

export interface SignInPageProps {
  /** Path to go to afterwards. */
  returnTo: string | undefined;
  email?: string;
  /** Address of whoever is signed in already and proves it once more. */
  again?: string;
  problem?: string;
}

export function SignInPage({ returnTo, email = '', again, problem }: SignInPageProps) {
  const { signIn, security } = useTexts();
  const title = again === undefined ? signIn.title : signIn.again.title;
  const back = returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  return (
    <Layout title={title} scripts={[PASSKEY_SCRIPT]}>
      <h1>{title}</h1>
      {again !== undefined && <p>{signIn.again.lead}</p>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      <SignInForm action="/sign-in" email={again ?? email} carried={{ return_to: returnTo }} />
      <PasskeyWay action="/sign-in/passkey" submit={security.passkeyForm.signIn} carried={{ return_to: returnTo }} />
      <p class="links">
        {again === undefined && <a href={`/sign-up${back}`}>{signIn.createAccount}</a>}
        <a href={`/forgot-password${back}`}>{signIn.forgotten}</a>
      </p>
    </Layout>
  );
}

export function SecondFactorPage({ carried, problem }: { carried: Carried; problem?: string }) {
  const { signIn, security } = useTexts();
  const { secondFactor } = signIn;
  return (
    <Layout title={secondFactor.title} scripts={[PASSKEY_SCRIPT]}>
      <h1>{secondFactor.title}</h1>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <SecondFactorForms action="/sign-in/second-factor" carried={carried} />
      {carried.offer_passkey && (
        <PasskeyWay
          action="/sign-in/second-factor/passkey"
          submit={security.passkeyForm.secondFactor}
          carried={carried}
        />
      )}
    </Layout>
  );
}
