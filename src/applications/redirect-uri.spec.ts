import { describe, expect, it } from '@jest/globals';
import { backchannelUriProblem, originProblem, redirectUriProblem } from './redirect-uri.js';

describe('redirect URIs (C-33)', () => {
  it.each([
    'https://app.example/callback',
    'https://app.example/callback?tenant=1',
    'http://localhost:8000/auth/barong/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:9000/callback',
  ])('accepts %s', (uri) => {
    expect(redirectUriProblem(uri)).toBeUndefined();
  });

  it.each([
    'callback',
    '/callback',
    'http://app.example/callback',
    'https://app.example/*',
    'https://*.app.example/callback',
    'https://app.example/callback#here',
    'https://user:pw@app.example/callback',
    'javascript:alert(1)',
    'data:text/html,hello',
    'myapp://callback',
    'https://app.example\\@evil.example/',
    'http://localhost.evil.example/callback',
    'https://app.example/\u0000',
    'https://app.example/\ud800',
  ])('refuses %s', (uri) => {
    expect(redirectUriProblem(uri)).toEqual(expect.any(String));
  });

  it('are https where this server itself calls them, and of this machine in development only', () => {
    for (const loopbackAllowed of [true, false]) {
      const problem = (uri: string) => backchannelUriProblem(uri, loopbackAllowed);
      expect(problem('https://app.example/out?tenant=1')).toBeUndefined();
      expect(problem('https://app.example:8443/out')).toBeUndefined();
      // Other ports are never called outside development (infra/http/outgoing-requests).
      for (const uri of ['http://127.0.0.1:9000/out', 'http://localhost/', 'https://app.example:9443/out'])
        expect(problem(uri) === undefined).toBe(loopbackAllowed);
      for (const uri of [
        'http://app.example/out',
        'https://app.example/#',
        'https://me@app.example/',
        'ftp://a/',
        '',
      ]) {
        expect(problem(uri)).toEqual(expect.any(String));
      }
    }
  });

  it('takes origins without a path only', () => {
    expect(originProblem('https://app.example')).toBeUndefined();
    expect(originProblem('https://app.example/')).toEqual(expect.any(String));
    expect(originProblem('null')).toEqual(expect.any(String));
    expect(originProblem('http://app.example')).toEqual(expect.any(String));
  });
});
