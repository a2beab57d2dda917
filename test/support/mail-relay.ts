import { SMTPServer } from 'smtp-server';

export interface Received {
  recipients: string[];
  sender: string;
  raw: string;
}

interface RelayOptions {
  /** How many mails are put off first. */
  refusals?: number;
  /** Any free one when not given. */
  port?: number;
  /** What happens when a mail has arrived and before the relay says that it has it. */
  beforeTaking?: () => Promise<void>;
}

/** Takes mails like a relay; the reason why it puts one off names the recipient, as relays do. */
export async function startRelay({ refusals = 0, port: wanted = 0, beforeTaking = async () => {} }: RelayOptions = {}) {
  const received: Received[] = [];
  const refused: Received[] = [];
  const relay = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { rcptTo, mailFrom } = session.envelope;
        const recipients = rcptTo.map(({ address }) => address);
        const mail = {
          recipients,
          sender: (mailFrom && mailFrom.address) || '',
          raw: Buffer.concat(chunks).toString(),
        };
        if (refused.length >= refusals) {
          received.push(mail);
          return void beforeTaking().then(() => done(), done);
        }
        refused.push(mail);
        done(Object.assign(new Error(`<${recipients.join()}>: greylisted, come back`), { responseCode: 451 }));
      });
    },
  });
  await new Promise<void>((resolve) => relay.listen(wanted, '127.0.0.1', resolve));
  const { port } = relay.server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => relay.close(() => resolve()));
  return { url: `smtp://127.0.0.1:${port}`, port, received, refused, close };
}

/** A header of a mail, undefined when it has none of that name. */
export const headerOf = (mail: Received, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(mail.raw.split('\r\n\r\n', 1)[0] ?? '')?.[1];
/** Quoted-printable, as nodemailer sends text with long lines (RFC 2045, section 6.7). */
export const decoded = ({ raw }: Received) =>
  raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
