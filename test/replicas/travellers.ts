import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';

const address = new AsyncLocalStorage<string>();
let addresses = 0;

/** Does this from an address of its own, as somebody else in the world: limits count by address. */
export function fromElsewhere<T>(work: () => Promise<T>): Promise<T> {
  addresses += 1;
  return address.run(`127.1.${addresses >> 8}.${addresses & 255}`, work);
}

/**
 * A fetch that trusts one certificate and comes from the address that `fromElsewhere` gave. It tries nothing again, so
 * whatever gets lost shows.
 */
export function fetchTrusting(ca: string): { fetch: typeof fetch; close(): void } {
  const https = new HttpsAgent({ keepAlive: true, ca });
  const http = new HttpAgent();
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = Buffer.from(await request.arrayBuffer());
    const options = {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      localAddress: address.getStore() ?? '127.0.0.1',
      family: 4,
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request.url.startsWith('https:')
        ? requestByHttps(request.url, { ...options, agent: https }, resolve)
        : requestByHttp(request.url, { ...options, agent: http }, resolve);
      sent.on('error', reject).end(body);
    });
    return toResponse(answer);
  };
  return { fetch: send, close: () => https.destroy() };
}

async function toResponse(answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = await answer.toArray();
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const status = answer.statusCode ?? 0;
  return new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers });
}

/** Whether anybody answers there, whatever it is. */
export const answersAt = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
