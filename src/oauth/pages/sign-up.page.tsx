import { useTexts } from '../../ui/frame.js';
import { Notice } from '../../ui/notice.js';
import { SignUpForm } from '../../ui/sign-in-forms.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

export interface SignUpProps extends InteractionFrame {
  done?: boolean | undefined;
  email?: string | undefined;
  problem?: string | undefined;
}

export function SignUpPage(props: SignUpProps) {
  const { signUp } = useTexts().signIn;
  const signInPath = `${props.action}/sign-in`;
  return (
    <InteractionLayout frame={props} title={signUp.title}>
      {props.problem && <Notice kind="problem">{props.problem}</Notice>}
      {props.done ? (
        <>
          <Notice kind="success">{signUp.sent}</Notice>
          <p>
            <a href={signInPath} role="button">
              {signUp.confirmed}
            </a>
          </p>
        </>
      ) : (
        <>
          <SignUpForm action={`${props.action}/sign-up`} {...(props.email && { email: props.email })} />
          <p class="links">
            <a href={signInPath}>{signUp.haveOne}</a>
          </p>
        </>
      )}
    </InteractionLayout>
  );
}
