import { describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import { noticeUnlistedProxies } from './unlisted-proxies.middleware.js';

const TRUSTED = '10.0.0.1';

/** Whether a request with these headers from there is noticed; it goes on in any case. */
function isNoticed(headers: Record<string, string>, remoteAddress: string | undefined): boolean {
  const done: string[] = [];
  const middleware = noticeUnlistedProxies(
    (peer) => peer === TRUSTED,
    () => done.push('noticed'),
  );
  middleware({ headers, socket: { remoteAddress } } as unknown as Request, {} as Response, () => done.push('next'));
  expect(done.at(-1)).toBe('next');
  return done.length > 1;
}

describe('noticeUnlistedProxies (C-11)', () => {
  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'sees %s from an address that is not listed',
    (name) => {
      expect(isNoticed({ [name]: '' }, '10.0.0.2')).toBe(true);
      expect(isNoticed({ [name]: '203.0.113.7' }, TRUSTED)).toBe(false);
    },
  );

  it('is not alarmed by what a client makes up in front of a listed proxy', () => {
    expect(isNoticed({ 'x-forwarded-for': '192.0.2.1, 10.0.0.2, 203.0.113.7' }, TRUSTED)).toBe(false);
  });

  it('sees nothing in other requests, nor in those whose connection is gone', () => {
    expect(isNoticed({ host: 'accounts.example', 'user-agent': 'curl' }, '10.0.0.2')).toBe(false);
    expect(isNoticed({ via: '1.1 edge' }, undefined)).toBe(false);
  });
});
