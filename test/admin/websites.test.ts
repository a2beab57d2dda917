import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Brands } from '../../src/websites/brands.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { callAs, type Member, newMember } from './staff.js';

interface Website {
  id: string;
  [field: string]: unknown;
}

let server: TestApp;
let admin: Member;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  admin = await newMember(server, 'admin');
});
afterAll(() => server.close());

const create = (body: unknown) => callAs<Website>(server, admin, 'POST', '/websites', { body });
const change = (id: string, body: unknown) => callAs<Website>(server, admin, 'PATCH', `/websites/${id}`, { body });
const auditDetails = (action: string) =>
  server.sql<{ details: unknown }>('SELECT details FROM audit_entries WHERE action = $1 ORDER BY id DESC LIMIT 1', [
    action,
  ]);

const FULL = {
  name: 'Example',
  primary_color: '#0B5FFF',
  background_color: '#ffffff',
  logo_path: '/assets/example.svg',
  support_email: 'help@example.com',
};

describe('a website', () => {
  it('is made, shown, listed, changed and taken away', async () => {
    const made = await create({ ...FULL, host: 'Accounts.Example.COM' });
    expect(made.status).toBe(201);
    const { id } = made.body;
    const shown = { ...FULL, primary_color: '#0b5fff', host: 'accounts.example.com' };
    expect(made.body).toEqual({ id, ...shown, created_at: expect.any(String), updated_at: expect.any(String) });
    expect((await callAs(server, admin, 'GET', `/websites/${id}`)).body).toEqual(made.body);

    const list = await callAs<Website[]>(server, admin, 'GET', '/websites');
    expect(list.body).toEqual([made.body]);
    expect(list.headers.get('Total')).toBe('1');

    const changed = await change(id, { name: 'Other', logo_path: null, support_email: '' });
    expect(changed.body).toEqual(
      expect.objectContaining({ ...shown, name: 'Other', logo_path: null, support_email: null }),
    );
    expect(await auditDetails('website.changed')).toEqual([
      {
        details: {
          website: id,
          before: { name: 'Example', logo_path: '/assets/example.svg', support_email: 'set' },
          after: { name: 'Other', logo_path: null, support_email: null },
        },
      },
    ]);

    expect((await callAs(server, admin, 'DELETE', `/websites/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      expect(outcome(await callAs(server, admin, method, `/websites/${id}`))).toEqual([404, 'Website not found']);
    }
    expect((await auditDetails('website.deleted'))[0]?.details).toEqual({
      website: id,
      before: { host: 'accounts.example.com' },
    });
  });

  it('is found by the host of a request, whatever its port, case and alphabet', async () => {
    const { body } = await create({ host: 'bücher.example', name: 'Books' });
    expect(body.host).toBe('xn--bcher-kva.example');
    const brands = server.app.get(Brands, { strict: false });
    for (const host of ['xn--bcher-kva.example', 'XN--BCHER-KVA.example:3000', 'bücher.example.']) {
      expect(brands.find(host)?.id).toBe(body.id);
    }
    for (const host of ['example', '', 'a b', '\u0000']) expect(brands.find(host)).toBeUndefined();
  });

  it('has a host of its own, also among 20 requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => create({ host: n % 2 ? 'Same.example' : ' same.example.', name: 'Same' })),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201).map(outcome);
    expect(refused).toEqual(refused.map(() => [422, { host: ['Host has already been taken'] }]));
    const { id } = (await create({ host: 'other.example', name: 'Other' })).body;
    expect((await change(id, { host: 'same.example' })).status).toBe(422);
  });

  it.each<[Record<string, unknown>, Record<string, string[]>]>([
    [{ host: 'a b' }, { host: ['Host is invalid'] }],
    [{ host: 'https://a.example/' }, { host: ['Host is invalid'] }],
    [{ host: 'a.example:3000' }, { host: ['Host is invalid'] }],
    [{ host: '-a.example' }, { host: ['Host is invalid'] }],
    [{ name: '<b>Bold</b>' }, { name: ['Name must have 1 to 100 characters, no < or >'] }],
    [{ primary_color: 'red' }, { primary_color: ['Primary color must read #rrggbb'] }],
    [{ primary_color: '#fff' }, { primary_color: ['Primary color must read #rrggbb'] }],
    [{ background_color: '#fff;}body{' }, { background_color: ['Background color must read #rrggbb'] }],
    [{ logo_path: 'https://evil.example/a.png' }, { logo_path: ['Logo path must be a path of this server'] }],
    [{ logo_path: '//evil.example/a.png' }, { logo_path: ['Logo path must be a path of this server'] }],
    [{ logo_path: '/assets/../etc' }, { logo_path: ['Logo path must be a path of this server'] }],
    [{ support_email: 'nobody' }, { support_email: ['Support email is invalid'] }],
    [{ support_email: 'a@b.example\r\nBcc: c@d.example' }, { support_email: ['Support email is invalid'] }],
  ])('with %j is refused', async (fields, problems) => {
    const good = { host: 'wrong.example', name: 'Wrong' };
    expect(outcome(await create({ ...good, ...fields }))).toEqual([422, problems]);
  });

  it.each<[unknown, string]>([
    [{}, 'host is missing, name is missing'],
    [{ host: '', name: null }, 'host is empty, name is empty'],
    [{ host: 'a.example', name: 'A', logo_path: 7 }, 'logo_path is invalid'],
    [{ host: ['a.example'], name: 'A' }, 'host is invalid'],
  ])('that can not be read is refused: %j', async (body, sentences) => {
    const [status, said] = outcome(await create(body));
    expect([status, String(said).split(', ').sort()]).toEqual([400, sentences.split(', ').sort()]);
  });

  it.each(['0', '-1', '1.5', 'x', '%00', '9'.repeat(30), '999999999999999999'])('of id %s is not there', async (id) => {
    expect((await callAs(server, admin, 'GET', `/websites/${id}`)).status).toBe(404);
    expect((await change(id, { name: 'A' })).status).toBe(404);
  });
});
