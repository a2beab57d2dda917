import { useTexts } from '../../ui/frame.js';
import { Notice } from '../../ui/notice.js';
import { PASSKEY_SCRIPT, PasskeyWay } from '../../ui/passkey-form.js';
import { SignInForm } from '../../ui/sign-in-forms.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SignInProps extends InteractionFrame {
  email: string;
  problem?: string | undefined;
}

export function SignInPage(props: SignInProps) {
  const { signIn, security } = useTexts();
  const back = encodeURIComponent(props.action);
  return (
    <InteractionLayout frame={props} title={signIn.title} scripts={[PASSKEY_SCRIPT]}>
      {props.problem && <Notice kind="problem">{props.problem}</Notice>}
      <SignInForm action={`${props.action}/sign-in`} email={props.email} />
      <PasskeyWay action={`${props.action}/passkey`} submit={security.passkeyForm.signIn} carried={{}} />
      <p class="links">
        <a href={`${props.action}/sign-up`}>{signIn.createAccount}</a>
        <a href={`/forgot-password?return_to=${back}`}>{signIn.forgotten}</a>
      </p>
    </InteractionLayout>
  );
}
