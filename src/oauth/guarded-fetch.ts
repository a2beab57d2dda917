import type { Configuration } from 'oidc-provider';
import type { OutgoingRequests } from '../infra/http/outgoing-requests.js';

type Fetch = NonNullable<Configuration['fetch']>;

/** Statuses whose answers have no body (RFC 9110, section 6.4.1). */
const WITHOUT_BODY = [204, 205, 304];

/** Lets the provider call addresses that applications registered, and no others than strangers may have us call. */
export function guardedFetch(outgoing: OutgoingRequests): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { status, contentType, body } = await outgoing.send({
      method: request.method === 'POST' ? 'POST' : 'GET',
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    return new Response(WITHOUT_BODY.includes(status) ? null : new Uint8Array(body), {
      status,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
  };
}
