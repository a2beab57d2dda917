import { inCallSpan } from '../tracing/call-span.js';
import { SmsFailure } from './sms-sender.js';

export const PROVIDER_TIMEOUT_MS = 10_000;

/** What became of a call: an HTTP status, or why there was none. */
export type CallOutcome =
  | {
      status: number;
      /** The beginning of it, of answers that are not 2xx; empty where it could not be read. */
      body: string;
    }
  | {
      /** Machine name of the trouble, such as `ECONNREFUSED` or `TimeoutError`. */
      trouble: string;
      /** The request may have reached the provider. */
      mayHaveArrived: boolean;
    };

/** Long enough for any error that is meant for programs. */
const MOST_CHARACTERS = 10_000;

/** After these nothing was sent. */
const NOT_CONNECTED = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * One POST; redirects are not followed, and the time-out holds for the whole answer. The status alone decides, whatever
 * becomes of the body. Never throws.
 */
export function callProvider(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<CallOutcome> {
  const work = (): Promise<CallOutcome> => post(url, headers, body, timeoutMs);
  return inCallSpan('POST', url, work, (outcome) => outcome);
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<CallOutcome> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return { status: response.status, body: response.ok ? await discard(response) : await beginningOf(response) };
  } catch (error) {
    // fetch says only "fetch failed"; what happened is in the cause.
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const trouble = cause?.code ?? name;
    return { trouble, mayHaveArrived: !NOT_CONNECTED.includes(trouble) };
  }
}

async function discard({ body }: Response): Promise<''> {
  await body?.cancel().catch(() => undefined);
  return '';
}

async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  let text = '';
  try {
    // Leaving the loop gives the rest of the body up.
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.length >= MOST_CHARACTERS) break;
    }
    return text;
  } catch {
    return '';
  }
}

/**
 * A server that fails may have sent the SMS before it did, and so may one behind a gateway that cannot tell.
 * @param provider its name, for the log
 * @param isRepeatable the provider sends an id once, however often it gets it
 * @param detail what else may be told of the answer
 * @returns undefined when the SMS was taken
 */
export function failureIn(
  outcome: CallOutcome,
  provider: string,
  isRepeatable: boolean,
  detail = '',
): SmsFailure | undefined {
  if ('trouble' in outcome) {
    const kind = outcome.mayHaveArrived ? 'unclear' : 'unreached';
    const message = `${provider} could not be reached: ${outcome.trouble}`;
    return new SmsFailure(message, kind, outcome.mayHaveArrived && !isRepeatable);
  }
  const { status } = outcome;
  if (status >= 200 && status <= 299) return undefined;
  const isUnclear = status === 408 || status >= 500;
  const message = `${provider} answered ${status}${detail}`;
  return new SmsFailure(message, isUnclear ? 'unclear' : 'refused', isUnclear && !isRepeatable);
}

export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
