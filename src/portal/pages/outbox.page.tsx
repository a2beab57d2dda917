import type { OutboxMessage } from '../../infra/outbox/outbox-message.entity.js';
import { Layout } from '../../ui/layout.js';

const LINK = /(https?:\/\/[^\s]+)/;

/** Links that can be followed, in text that stays text. */
function Linked({ text }: { text: string }) {
  return <>{text.split(LINK).map((part) => (LINK.test(part) ? <a href={part}>{part}</a> : part))}</>;
}

function Message({ message }: { message: OutboxMessage }) {
  const { id, channel, recipient, subject, text, createdAt } = message;
  return (
    <article class="message" id={id}>
      <header>
        <strong>{subject || 'SMS'}</strong>
        <small>
          {channel === 'email' ? 'E-mail' : 'SMS'} to <a href={`?to=${encodeURIComponent(recipient)}`}>{recipient}</a>
          {' · '}
          <time datetime={createdAt.toISOString()}>{createdAt.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>
        </small>
      </header>
      <p class="message-text">
        <Linked text={text} />
      </p>
    </article>
  );
}

/** Everything a development server would have sent, newest first. */
export function OutboxPage({ messages, to }: { messages: OutboxMessage[]; to: string | undefined }) {
  return (
    <Layout title="Outbox" width="wide">
      <hgroup>
        <h1>Outbox</h1>
        <p>What this development server would have sent. Nothing here left the machine.</p>
      </hgroup>
      {to !== undefined && (
        <p>
          Only messages to <strong>{to}</strong>. <a href="/dev/outbox">Show all</a>
        </p>
      )}
      {messages.length === 0 && <p class="empty">No messages yet. Sign up, and the confirmation mail arrives here.</p>}
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </Layout>
  );
}
