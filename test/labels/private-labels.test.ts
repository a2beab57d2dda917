import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/infra/database/database.service.js';
import { LabelsService } from '../../src/labels/labels.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import * as api from './labels.js';
import {
  auditOf,
  givePrivate,
  newApplication,
  newOwner,
  NOT_FOUND,
  type Owner,
  READ_ONLY,
  rowsOf,
  tokenFor,
} from './labels.js';

const SCOPES = ['labels:read', 'labels:write'];
const STAFF = { actor: 'ID00000000FF' };

describe('private labels (C-70)', () => {
  let server: TestApp;
  let owner: Owner;
  let thirdParty: string;
  let firstParty: string;
  beforeAll(async () => {
    server = await startApp({ RATE_LIMITS: 'off' });
    const applications = [await newApplication(server, false), await newApplication(server, true)];
    owner = await newOwner(server);
    [thirdParty = '', firstParty = ''] = applications.map((uid) => tokenFor(server, owner, uid, ...SCOPES));
    await givePrivate(server, owner, 'risk', 'high');
    await api.create(server, owner.token, { key: 'referrer', value: 'friend' });
  });
  afterAll(() => server.close());

  const keysSeenBy = async (token: string) => (await api.list(server, token)).body.map(({ key }) => key);
  const risk = async () => (await rowsOf(server, owner)).find(({ key }) => key === 'risk');
  const RISK = { key: 'risk', value: 'high', scope: 'private' };

  it('are read by their owner', async () => {
    expect(await keysSeenBy(owner.token)).toEqual(['referrer', 'risk']);
    const { status, body } = await api.get(server, owner.token, 'risk');
    expect([status, body]).toEqual([200, expect.objectContaining(RISK)]);
  });

  it('are not written by their owner', async () => {
    for (const value of ['low', '!']) {
      expect(outcome(await api.change(server, owner.token, 'risk', { value }))).toEqual(READ_ONLY);
    }
    expect(outcome(await api.change(server, owner.token, 'risk', {}))).toEqual([400, 'value is missing']);
    expect(outcome(await api.remove(server, owner.token, 'risk'))).toEqual(READ_ONLY);
    expect(outcome(await api.create(server, owner.token, { key: 'risk', value: 'low' }))).toEqual(api.TAKEN);
    expect(await risk()).toEqual(RISK);
  });

  it('do not exist for third parties, to the letter', async () => {
    expect(await keysSeenBy(thirdParty)).toEqual(['referrer']);
    const said = async (key: string) =>
      [
        await api.get(server, thirdParty, key),
        await api.change(server, thirdParty, key, { value: 'low' }),
        await api.change(server, thirdParty, key, { value: '!' }),
        await api.remove(server, thirdParty, key),
      ].map(({ status, body }) => ({ status, ...(body as object), request_id: '' }));
    expect(await said('risk')).toEqual(await said('missing'));
    expect(outcome(await api.get(server, thirdParty, 'risk'))).toEqual(NOT_FOUND);
    expect(await risk()).toEqual(RISK);
  });

  it('are read by first-party applications, and not written', async () => {
    expect(await keysSeenBy(firstParty)).toEqual(['referrer', 'risk']);
    expect((await api.get(server, firstParty, 'risk')).status).toBe(200);
    expect(outcome(await api.change(server, firstParty, 'risk', { value: 'low' }))).toEqual(READ_ONLY);
    expect(outcome(await api.remove(server, firstParty, 'risk'))).toEqual(READ_ONLY);
  });

  it('are hidden from an application as soon as it is no longer ours', async () => {
    const uid = await newApplication(server, true);
    const person = await newOwner(server);
    await givePrivate(server, person, 'risk', 'high');
    const token = tokenFor(server, person, uid, ...SCOPES);
    expect(await keysSeenBy(token)).toEqual(['risk']);
    await server.sql('UPDATE applications SET first_party = false WHERE uid = $1', [uid]);
    expect(await keysSeenBy(token)).toEqual([]);
    expect(outcome(await api.get(server, token, 'risk'))).toEqual(NOT_FOUND);
  });

  it('leave third parties the public ones', async () => {
    expect((await api.create(server, thirdParty, { key: 'from-app', value: 'abc', scope: 'private' })).status).toBe(
      201,
    );
    expect((await api.get(server, thirdParty, 'from-app')).body.scope).toBe('public');
    expect((await api.change(server, thirdParty, 'from-app', { value: 'def' })).status).toBe(200);
    expect((await api.remove(server, thirdParty, 'from-app')).status).toBe(204);
  });
});

describe('what staff do to labels', () => {
  let server: TestApp;
  let owner: Owner;
  beforeAll(async () => {
    server = await startApp({ RATE_LIMITS: 'off' });
    owner = await newOwner(server);
  });
  afterAll(() => server.close());

  it('is recorded with what they decided, and without what the owner wrote', async () => {
    await givePrivate(server, owner, 'check', 'open');
    const labels = server.app.get(LabelsService, { strict: false });
    await server.app.get(Database, { strict: false }).transaction(async (tx) => {
      await labels.change(tx, owner, 'check', { value: 'passed' }, STAFF);
      await labels.change(tx, owner, 'check', { scope: 'public' }, STAFF);
      await labels.change(tx, owner, 'check', { value: 'of-the-owner' }, STAFF);
      await labels.remove(tx, owner, 'check', STAFF);
    });
    expect(await labels.list(owner.id)).toEqual([]);
    const entries = (await auditOf(server, owner)).map(({ action, details }) => [action, details]);
    expect(entries).toEqual([
      ['label.created', { key: 'check', scope: 'private', after: 'open' }],
      ['label.changed', { key: 'check', scope: 'private', before: 'open', after: 'passed' }],
      ['label.changed', { key: 'check', scope: 'public', scope_before: 'private', before: 'passed' }],
      ['label.changed', { key: 'check', scope: 'public' }],
      ['label.deleted', { key: 'check', scope: 'public' }],
    ]);
  });

  it('changes nothing when it is refused', async () => {
    await givePrivate(server, owner, 'kept', 'open');
    const labels = server.app.get(LabelsService, { strict: false });
    const database = server.app.get(Database, { strict: false });
    const change = (key: string, value: string) =>
      database.transaction((tx) => labels.change(tx, owner, key, { value }, STAFF));
    await expect(change('kept', 'a b')).rejects.toMatchObject({ status: 422, code: 'label.invalid' });
    for (const key of ['missing', 'a\u0000b', 'x'.repeat(10_000)]) {
      await expect(change(key, 'abc')).rejects.toMatchObject({ status: 404, code: 'label.not_found' });
    }
    const again = database.transaction((tx) =>
      labels.create(tx, owner, { key: 'kept', value: 'abc', scope: 'public' }, STAFF),
    );
    await expect(again).rejects.toMatchObject({ status: 422, code: 'label.taken' });
    expect(await rowsOf(server, owner)).toEqual([{ key: 'kept', value: 'open', scope: 'private' }]);
  });
});
