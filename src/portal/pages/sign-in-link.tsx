import { useTexts } from '../../ui/frame.js';

/** Where a page leads that has nothing left to do. */
export function SignInLink() {
  return (
    <p>
      <a href="/sign-in" role="button">
        {useTexts().signIn.submit}
      </a>
    </p>
  );
}
