import { describe, expect, it } from '@jest/globals';
import { webhookProblems } from './webhook-rules.js';

const problemOf = (url: string, loopbackAllowed: boolean) => webhookProblems({ url }, loopbackAllowed).url?.[0];

describe('the address of a webhook (C-58)', () => {
  it.each(['https://shop.example/hooks?a=1', 'https://shop.example:8443/', 'https://8.8.8.8/', 'HTTPS://shop.example'])(
    'may be %s',
    (url) => expect([problemOf(url, true), problemOf(url, false)]).toEqual([undefined, undefined]),
  );

  it.each(['http://localhost:3000/', 'http://127.0.0.1/', 'https://[::1]:9000/', 'http://0x7f.1/'])(
    'may be %s in development only',
    (url) => {
      expect(problemOf(url, true)).toBeUndefined();
      expect(problemOf(url, false)).toEqual(expect.any(String));
    },
  );

  it.each([
    ...['', '/hooks', 'shop.example', 'http://shop.example/', 'javascript:alert(1)', 'file:///etc/passwd'],
    ...['https://a:b@shop.example/', 'https://shop.example/#', 'https://shop.example\\@evil.example/'],
    ...['https://10.0.0.1/', 'https://169.254.169.254/', 'https://[::ffff:10.0.0.1]/', 'https://shop.example:22/'],
    ...['https://shop.example/\u0000', 'https://shop.example/ x', `https://shop.example/${'x'.repeat(2048)}`],
  ])('may never be anything else (%#)', (url) => {
    for (const loopbackAllowed of [true, false]) expect(problemOf(url, loopbackAllowed)).toEqual(expect.any(String));
  });
});
