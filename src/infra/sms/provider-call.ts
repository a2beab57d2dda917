import { SmsFailure } from './sms-sender.js';

export const PROVIDER_TIMEOUT_MS = 10_000;

/** What became of a call: an HTTP status, or why there was none. */
export type CallOutcome =
  | { status: number; body: string }
  | {
      /** Machine name of the trouble, such as `ECONNREFUSED` or `TimeoutError`. */
      trouble: string;
      /** The request may have reached the provider. */
      mayHaveArrived: boolean;
    };

/** What a gateway between us and the provider answers when it cannot tell. */
const UNCLEAR_STATUSES = [502, 504];

/** After these nothing was sent. */
const NOT_CONNECTED = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
];

/** One POST; redirects are not followed, and the time-out holds for the whole answer. Never throws. */
export async function callProvider(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<CallOutcome> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    // fetch says only "fetch failed"; what happened is in the cause.
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const trouble = cause?.code ?? name;
    return { trouble, mayHaveArrived: !NOT_CONNECTED.includes(trouble) };
  }
}

/**
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
  const isUnclear = UNCLEAR_STATUSES.includes(status);
  const message = `${provider} answered ${status}${detail}`;
  return new SmsFailure(message, isUnclear ? 'unclear' : 'refused', isUnclear && !isRepeatable);
}

export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
