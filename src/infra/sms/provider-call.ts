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

export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
