import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { inCallSpan } from '../tracing/call-span.js';

/** A person waits for this. */
const TIMEOUT_MS = 1_500;
/** Some ten times what a padded answer of the best known service has. */
const LONGEST_ANSWER_BYTES = 512 * 1024;
const PREFIX_LENGTH = 5;
/** Questions under way; more would have the service refuse us, and then nobody's password is looked up. */
const MOST_AT_ONCE = 20;

/**
 * Whether a password stands in known data breaches, asked of a service with the range API of Have I Been Pwned: it gets
 * five hex digits of the SHA-1 and answers with the rest of every hash that begins so. Off unless
 * BREACHED_PASSWORDS_URL is set.
 */
@Injectable()
export class BreachedPasswords {
  private readonly logger = new Logger('BreachedPasswords');

  private asking = 0;

  constructor(private readonly config: Config) {}

  /**
   * False as well when the service cannot be asked: the password passed our own list, and somebody else's outage must
   * not keep people from signing up or, worse, from replacing a password that a thief knows.
   */
  async has(password: string): Promise<boolean> {
    const { breachedPasswordsUrl: base } = this.config;
    if (base === undefined) return false;
    const hash = createHash('sha1').update(password.normalize('NFKC')).digest('hex').toUpperCase();
    try {
      const range = await this.ask(`${base}/range/${hash.slice(0, PREFIX_LENGTH)}`);
      return isListed(hash.slice(PREFIX_LENGTH), range);
    } catch (error) {
      this.logger.warn({ msg: 'a new password was not looked up among breached ones', error: troubleOf(error) });
      return false;
    }
  }

  /** Nobody waits for a turn: whoever comes while too many ask is not looked up. */
  private async ask(url: string): Promise<string> {
    if (this.asking >= MOST_AT_ONCE) throw new Error('too many at once');
    this.asking += 1;
    try {
      return await inCallSpan(
        'GET',
        url,
        () => readRange(url),
        () => ({ status: 200 }),
      );
    } finally {
      this.asking -= 1;
    }
  }
}

/** @throws Error when there is no whole answer in time */
async function readRange(url: string): Promise<string> {
  const response = await fetch(url, {
    // With padding the length of an answer does not tell which range was asked for.
    headers: { 'Add-Padding': 'true', 'User-Agent': 'Barong' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Lines are `<35 hex digits>:<count>`; padding has the count 0. */
function isListed(suffix: string, range: string): boolean {
  return range.split(/\r?\n/).some((line) => {
    const [found = '', count = ''] = line.split(':');
    return found.toUpperCase() === suffix && Number(count) > 0;
  });
}

/** fetch says only "fetch failed"; what happened is in the cause. Messages could repeat what was asked for. */
function troubleOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? (name === 'Error' ? message : name);
}
