import { Layout } from '../../ui/layout.js';

/** The front door: what this is and where to go. */
export function homePage(appName: string, isDevelopment: boolean) {
  return (
    <Layout title="Welcome" appName={appName} wide>
      <hgroup>
        <h1>{appName}</h1>
        <p>Accounts, identity and sign-in for the applications of this service.</p>
      </hgroup>
      <nav aria-label="Start" class="tiles">
        <a href="/forgot-password">
          <strong>Forgot your password?</strong>
          <span>Get a link to choose a new one.</span>
        </a>
        <a href="/api/docs">
          <strong>API</strong>
          <span>Every operation, with examples to try.</span>
        </a>
        {isDevelopment && (
          <a href="/dev/outbox">
            <strong>Outbox</strong>
            <span>Mails and messages of this development server.</span>
          </a>
        )}
      </nav>
    </Layout>
  );
}
