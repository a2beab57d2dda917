import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { SignUpForm } from '../../ui/sign-in-forms.js';

export interface SignUpPageProps {
  /** Path to go to after the first sign-in. */
  returnTo: string | undefined;
  email?: string;
  isDone?: boolean;
  problem?: string;
}

export function SignUpPage({ returnTo, email, isDone = false, problem }: SignUpPageProps) {
  const { signUp, confirmAgain } = useTexts().signIn;
  const signInPath = returnTo === undefined ? '/sign-in' : `/sign-in?return_to=${encodeURIComponent(returnTo)}`;
  return (
    <Layout title={signUp.title}>
      <h1>{signUp.title}</h1>
      {problem && <Notice kind="problem">{problem}</Notice>}
      {isDone ? (
        <>
          <Notice kind="success">{signUp.sent}</Notice>
          <p>
            <a href={signInPath} role="button">
              {signUp.confirmed}
            </a>
          </p>
          <p class="links">
            <a href="/confirm/again">{confirmAgain}</a>
          </p>
        </>
      ) : (
        <>
          <SignUpForm action="/sign-up" {...(email && { email })} carried={{ return_to: returnTo }} />
          <p class="links">
            <a href={signInPath}>{signUp.haveOne}</a>
          </p>
        </>
      )}
    </Layout>
  );
}
