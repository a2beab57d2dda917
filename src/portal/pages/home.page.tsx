import { useFrame } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';

function Tile({ href, title, text }: { href: string; title: string; text: string }) {
  return (
    <a href={href}>
      <strong>{title}</strong>
      <span>{text}</span>
    </a>
  );
}

/** The front door: what this is and where to go. */
export function HomePage({ isDevelopment }: { isDevelopment: boolean }) {
  const { brand, viewer, texts } = useFrame();
  const { home, signIn, myAccount, console } = texts.shell;
  return (
    <Layout title={home.title} width="wide">
      <hgroup>
        <h1>{brand.name}</h1>
        <p>{home.lead}</p>
      </hgroup>
      <nav aria-label={home.title} class="tiles">
        {viewer && <Tile href="/account" title={myAccount} text={home.accountLead} />}
        {viewer?.isStaff && <Tile href="/admin" title={console} text={home.consoleLead} />}
        {!viewer && <Tile href="/sign-in" title={signIn} text={home.signInLead} />}
        {!viewer && <Tile href="/sign-up" title={home.signUp} text={home.signUpLead} />}
        {!viewer && <Tile href="/forgot-password" title={home.forgotten} text={home.forgottenLead} />}
        <Tile href="/api/docs" title={home.api} text={home.apiLead} />
        {isDevelopment && <Tile href="/dev/outbox" title={home.outbox} text={home.outboxLead} />}
      </nav>
    </Layout>
  );
}
