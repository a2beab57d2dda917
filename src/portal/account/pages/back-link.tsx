import { useTexts } from '../../../ui/frame.js';

/** Back to what led somebody to a page of their account, such as the sign-in at an application. */
export function BackLink({ to }: { to: string }) {
  const { backToApplication, backToPlace } = useTexts().account;
  return (
    <p>
      <a href={to} role="button">
        {to.startsWith('/interaction/') ? backToApplication : backToPlace}
      </a>
    </p>
  );
}
