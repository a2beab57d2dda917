import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { auditOf, callAs, type Member, newMember } from './staff.js';

interface Application {
  uid: string;
  backchannel_logout_uri: string | null;
}

const ADDRESS = 'https://app.example.com/backchannel-logout';

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
});
afterAll(() => server.close());

const create = (body: unknown) => callAs<Application>(server, admin, 'POST', '/applications', { body });
const change = (uid: string, body: unknown) =>
  callAs<Application>(server, admin, 'PATCH', `/applications/${uid}`, { body });
const show = (uid: string) => callAs<Application>(server, admin, 'GET', `/applications/${uid}`);

describe('where an application is told of sign-outs', () => {
  it('is set, left alone by other changes, and taken away by null or blank', async () => {
    const { uid } = (await create({ name: 'Told' })).body;
    const told = { backchannel_logout_uri: ADDRESS };
    const nowhere = { backchannel_logout_uri: null };
    for (const nothing of [nowhere, new URLSearchParams({ backchannel_logout_uri: '' })]) {
      expect((await change(uid, told)).body).toEqual(expect.objectContaining(told));
      expect((await change(uid, { name: 'Still told' })).body).toEqual(expect.objectContaining(told));
      expect((await change(uid, nothing)).body).toEqual(expect.objectContaining(nowhere));
      expect((await show(uid)).body).toEqual(expect.objectContaining(nowhere));
      expect((await auditOf(server, uid))[0]?.details).toEqual({ before: told, after: nowhere });
    }
    const here = { backchannel_logout_uri: 'http://127.0.0.1:9000/out' };
    expect((await change(uid, here)).body).toEqual(expect.objectContaining(here));
  });

  it.each<[string, string]>([
    ['http://app.example.com/out', 'http://app.example.com/out must be https, or http to localhost'],
    ['https://app.example.com/#out', 'https://app.example.com/#out has a fragment'],
    ['https://me:pw@app.example.com/', 'https://me:pw@app.example.com/ has a user name or password'],
    ['https://*.example.com/', 'https://*.example.com/ has a wildcard, space or backslash'],
    ['/out', '/out is not an absolute URI'],
    ['javascript:alert(1)', 'javascript:alert(1) must be https, or http to localhost'],
  ])('is not %s', async (uri, sentence) => {
    const { uid } = (await create({ name: 'Told', backchannel_logout_uri: ADDRESS })).body;
    const refused = [422, { backchannel_logout_uri: [sentence] }];
    expect(outcome(await create({ name: 'Wrong', backchannel_logout_uri: uri }))).toEqual(refused);
    expect(outcome(await change(uid, { backchannel_logout_uri: uri }))).toEqual(refused);
    expect((await show(uid)).body.backchannel_logout_uri).toBe(ADDRESS);
  });

  it.each([
    [[ADDRESS]],
    [{ uri: ADDRESS }],
    [1],
    ['https://a.example/\u0000'],
    [`https://a.example/${'x'.repeat(2048)}`],
  ])('can not be read from %j', async (uri) => {
    const answer = await create({ name: 'Wrong', backchannel_logout_uri: uri });
    expect(outcome(answer)).toEqual([400, 'backchannel_logout_uri is invalid']);
  });
});
