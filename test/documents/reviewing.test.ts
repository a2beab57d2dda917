import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../src/common/principal.js';
import { DocumentFilesService } from '../../src/documents/document-files.service.js';
import { type DocumentDecision, DocumentReviewsService } from '../../src/documents/document-reviews.service.js';
import { DocumentsService } from '../../src/documents/documents.service.js';
import { ADMIN, startApp, type TestApp } from '../support/app.js';
import { call, newPerson, signIn } from '../support/client.js';
import { rowCounts } from '../support/rows.js';
import { ORIGIN, picture, principalOf, STATEMENT, submit } from './uploads.js';

const UNKNOWN = [
  '',
  'x',
  '%00',
  '\u0000',
  '../..',
  'a'.repeat(10_000),
  '00000000-0000-4000-8000-000000000000',
  "'; DROP TABLE documents",
];
const NOT_FOUND = { status: 404, code: 'document.not_found' };

describe('reviewers and documents', () => {
  let server: TestApp;
  let admin: Principal;
  let compliance: Principal;
  let owner: Principal;
  let token: string;
  let id: string;

  const open = (who: Principal, document: string) =>
    server.app.get(DocumentFilesService, { strict: false }).open(who, document, ORIGIN);
  const decide = (who: Principal, document: string, decision: DocumentDecision) =>
    server.app.get(DocumentReviewsService, { strict: false }).decide(who, document, decision, ORIGIN);
  const stateForOwner = async () => {
    const { body } = await call<{ state: string }[]>(server, 'GET', '/api/v1/documents', { token });
    return body[0]?.state;
  };
  const audited = (action: string) =>
    server.sql(
      'SELECT actor_uid, target, ip, details FROM audit_entries WHERE action = $1 AND details @> $2 ORDER BY id',
      [action, JSON.stringify({ document: id })],
    );

  beforeAll(async () => {
    server = await startApp();
    admin = await principalOf(server, ADMIN.email);
    const officer = await newPerson(server);
    await server.sql(`UPDATE accounts SET role = 'compliance' WHERE email = $1`, [officer.email]);
    compliance = await principalOf(server, officer.email);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    const person = await newPerson(server);
    owner = await principalOf(server, person.email);
    token = await signIn(server, person);
    const statement = { ...STATEMENT, doc_type: 'Identity card' };
    await submit(server, token, { bytes: await picture('png'), name: 'a.png' }, statement);
    const [row] = await server.sql<{ id: string }>('SELECT id FROM documents WHERE account_id = $1', [
      owner.account.id,
    ]);
    id = row?.id ?? '';
  });

  it('see the picture, and each look is recorded', async () => {
    const file = await open(admin, id);
    expect(file.contentType).toBe('image/png');
    expect(file.filename).toBe(`identity-card-${owner.account.uid}.png`);
    expect((await open(compliance, id.toUpperCase())).bytes.equals(file.bytes)).toBe(true);
    const look = { target: owner.account.uid, ip: ORIGIN.ip, details: { document: id, type: 'Identity card' } };
    expect(await audited('document.viewed')).toEqual([
      { ...look, actor_uid: admin.account.uid },
      { ...look, actor_uid: compliance.account.uid },
    ]);
  });

  it('see nothing when the look cannot be recorded', async () => {
    await server.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`);
    await server.sql('CREATE TRIGGER refuse BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse()');
    await expect(open(admin, id)).rejects.toThrow('no');
    await server.sql('DROP TRIGGER refuse ON audit_entries');
    expect((await open(admin, id)).bytes.length).toBeGreaterThan(0);
  });

  it('see what the owner stated, but no keys', async () => {
    const documents = await server.app.get(DocumentsService, { strict: false }).listOf(owner.account.id);
    expect(documents).toEqual([
      {
        id,
        docType: 'Identity card',
        docNumber: STATEMENT.doc_number,
        docExpire: STATEMENT.doc_expire,
        state: 'pending',
        contentType: 'image/png',
        sizeBytes: expect.any(Number),
        scanState: 'clean',
        createdAt: expect.any(Date),
        updatedAt: expect.any(Date),
      },
    ]);
  });

  it('are the only ones: neither the owner nor an application', async () => {
    const before = await rowCounts(server);
    const refused = { status: 403, code: 'document.reviewers_only' };
    for (const who of [owner, { ...admin, kind: 'access' as const }]) {
      await expect(open(who, id)).rejects.toMatchObject(refused);
      await expect(decide(who, id, 'approved')).rejects.toMatchObject(refused);
    }
    expect(await rowCounts(server)).toEqual(before);
    expect(await audited('document.viewed')).toEqual([]);
  });

  it.each(UNKNOWN)('find no document called %j', async (unknown) => {
    await expect(open(admin, unknown)).rejects.toMatchObject(NOT_FOUND);
    await expect(decide(admin, unknown, 'approved')).rejects.toMatchObject(NOT_FOUND);
  });

  it('decide, and may change their mind; the owner sees it', async () => {
    await decide(compliance, id, 'rejected');
    expect(await stateForOwner()).toBe('rejected');
    await decide(admin, id.toUpperCase(), 'approved');
    expect(await stateForOwner()).toBe('approved');
    const entry = { target: owner.account.uid, ip: ORIGIN.ip, details: { document: id } };
    expect(await audited('document.rejected')).toEqual([{ ...entry, actor_uid: compliance.account.uid }]);
    expect(await audited('document.approved')).toEqual([{ ...entry, actor_uid: admin.account.uid }]);
  });

  it('do not decide about their own', async () => {
    await server.sql(`UPDATE accounts SET role = 'compliance' WHERE id = $1`, [owner.account.id]);
    const self: Principal = { ...owner, account: { ...owner.account, role: 'compliance' } };
    for (const decision of ['approved', 'rejected'] as const) {
      await expect(decide(self, id, decision)).rejects.toMatchObject({ status: 403, code: 'document.own' });
    }
    expect(await stateForOwner()).toBe('pending');
  });

  it.each([
    ['pending', 'document.not_scanned'],
    ['error', 'document.not_scanned'],
    ['infected', 'document.infected'],
  ])('neither open nor approve what is %s, but may reject it', async (scanState, code) => {
    await server.sql('UPDATE documents SET scan_state = $2 WHERE id = $1', [id, scanState]);
    await expect(open(admin, id)).rejects.toMatchObject({ status: 409, code });
    await expect(decide(admin, id, 'approved')).rejects.toMatchObject({ status: 409, code });
    expect(await audited('document.viewed')).toEqual([]);
    expect(await stateForOwner()).toBe('pending');
    await decide(admin, id, 'rejected');
    expect(await stateForOwner()).toBe('rejected');
  });
});
