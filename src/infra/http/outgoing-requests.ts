import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { inCallSpan } from '../tracing/call-span.js';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

/** For the whole request, from looking up the name to the end of the answer. */
const TIMEOUT_MS = 3_000;
/** More of an answer is not read. */
const LONGEST_ANSWER_BYTES = 64 * 1024;
/** Others may be something of the host's own that is not meant for strangers. */
const PORTS = ['', '8443'];

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  /** What somebody registered with us; it may be meant to do harm. */
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface OutgoingAnswer {
  status: number;
  contentType: string | undefined;
  /** At most 64 KiB; what came after that was not read. */
  body: Buffer;
}

/** Nothing was sent: this address is not one that a stranger may have us call. */
export class OutgoingRefusal extends Error {
  constructor(readonly code: 'URL_REFUSED' | 'ADDRESS_REFUSED') {
    super(code);
    this.name = 'OutgoingRefusal';
  }
}

/**
 * Requests to addresses that others chose (CONTROLS C-58): https on the usual ports, to the internet only, no redirect
 * followed, little time, a short answer. Outside production also to this machine, by any port and plain http.
 */
@Injectable()
export class OutgoingRequests {
  constructor(private readonly config: Config) {}

  /**
   * Any answer is one, also a redirect or an error.
   * @throws OutgoingRefusal before anything was sent
   * @throws Error when there was no answer in three seconds, or no connection with a valid certificate
   */
  send(request: OutgoingRequest): Promise<OutgoingAnswer> {
    return inCallSpan(
      request.method,
      request.url,
      () => this.call(request),
      ({ status }) => ({ status }),
    );
  }

  /** All addresses of a host name. */
  protected resolve(host: string): Promise<LookupAddress[]> {
    return lookup(host, { all: true });
  }

  private async call(request: OutgoingRequest): Promise<OutgoingAnswer> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const url = new URL(request.url);
    const pinned = await withinTime(this.addressesOf(url), signal);
    return withinTime(exchange(url, request, { lookup: pinned, signal }), signal);
  }

  /** Looks the host up once and answers with that from then on: a second look could say something else (rebinding). */
  private async addressesOf(url: URL): Promise<LookupFunction> {
    const host = hostOf(url);
    const isOurs = !this.config.isProduction && (host === 'localhost' || isLoopbackAddress(host));
    if (!isOurs && !isForStrangers(url)) throw new OutgoingRefusal('URL_REFUSED');
    const addresses = isIP(host) === 0 ? await this.resolve(host) : [{ address: host, family: isIP(host) }];
    const isAllowed = isOurs ? isLoopbackAddress : isPublicAddress;
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isAllowed(address))) throw new OutgoingRefusal('ADDRESS_REFUSED');
    return (_host, { all }, done) => (all ? done(null, addresses) : done(null, first.address, first.family));
  }
}

/** Whether an address is of a form that is called at all; where its name leads is seen when it is called. */
export function isForStrangers({ protocol, port, username, password }: URL): boolean {
  return protocol === 'https:' && PORTS.includes(port) && username === '' && password === '';
}

/** Without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** What cannot be ended, such as a look-up, goes on, and nobody waits for it. */
function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, timedOut]);
}

function exchange(
  url: URL,
  { method, headers, body }: OutgoingRequest,
  pinned: Pick<RequestOptions, 'lookup' | 'signal'>,
): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? secureRequest : plainRequest;
    // A connection of its own: a kept one may lead to an address that was checked for another name.
    const outgoing = start(url, { ...pinned, method, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const { statusCode: status = 0, headers: sent } = answer;
      readStart(answer)
        .then((start) => resolve({ status, contentType: sent['content-type'], body: start }), reject)
        .finally(() => outgoing.destroy());
    });
    outgoing.end(body);
  });
}

async function readStart(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= LONGEST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_ANSWER_BYTES);
}
