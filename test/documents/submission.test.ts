import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';
import { oauthToken } from '../support/tokens.js';
import { type File, leftovers, newToken, picture, STATEMENT, submit } from './uploads.js';

interface Listed {
  id: string;
  upload: string;
  created_at: string;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const NOTHING = { rows: 0, files: 0 };

describe('documents', () => {
  let server: TestApp;
  let jpeg: File;
  let token: string;
  beforeAll(async () => {
    server = await startApp();
    jpeg = { bytes: await picture('jpeg'), name: 'passport.jpg', type: 'image/jpeg' };
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    token = await newToken(server);
  });

  const list = (bearer: string) => call<Listed[]>(server, 'GET', '/api/v1/documents', { token: bearer });

  describe('handing in', () => {
    it.each(['Passport', 'Identity card', 'Driver license'])('takes a %s', async (doc_type) => {
      const answer = await submit(server, token, jpeg, { ...STATEMENT, doc_type });
      expect([answer.status, answer.body]).toEqual([201, null]);
      const { body } = await list(token);
      expect(body).toEqual([
        {
          id: expect.stringMatching(UUID),
          upload: body[0]?.id,
          doc_type,
          doc_number: STATEMENT.doc_number,
          doc_expire: STATEMENT.doc_expire,
          state: 'pending',
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
      ]);
    });

    it('tells what happened in the audit log, without the number', async () => {
      await submit(server, token, jpeg);
      const [document] = (await list(token)).body;
      const [entry] = await server.sql<{ details: object; actor_uid: string; target: string }>(
        `SELECT details, actor_uid, target FROM audit_entries WHERE action = 'document.submitted' ORDER BY id DESC LIMIT 1`,
      );
      expect(entry?.details).toEqual({ document: document?.id, type: 'Passport' });
      expect(entry?.actor_uid).toBe(entry?.target);
    });

    it('ignores what it does not know, and stores none of it', async () => {
      const more = {
        state: 'approved',
        scan_state: 'clean',
        account_id: '1',
        id: '00000000-0000-4000-8000-000000000000',
      };
      expect((await submit(server, token, jpeg, { ...STATEMENT, ...more })).status).toBe(201);
      expect((await list(token)).body).toMatchObject([{ state: 'pending', id: expect.not.stringMatching(/^0{8}/) }]);
    });

    it('keeps numbers of 128 characters of any kind, trimmed', async () => {
      const doc_number = 'Ñ'.repeat(127) + '🪪';
      expect((await submit(server, token, jpeg, { ...STATEMENT, doc_number: ` ${doc_number} ` })).status).toBe(201);
      expect((await list(token)).body).toMatchObject([{ doc_number }]);
    });

    it.each(['2096-02-29', '9999-12-31', new Date().toISOString().slice(0, 10)])(
      'takes the date %s and gives it back',
      async (doc_expire) => {
        expect((await submit(server, token, jpeg, { ...STATEMENT, doc_expire })).status).toBe(201);
        expect((await list(token)).body).toMatchObject([{ doc_expire }]);
      },
    );
  });

  describe('what is missing or wrong', () => {
    const all = 'doc_type is missing, doc_number is missing, doc_expire is missing, upload is missing';
    it.each<[string, object | FormData | URLSearchParams | undefined, string]>([
      ['nothing at all', undefined, all],
      ['an empty JSON object', {}, all],
      ['an empty form', new URLSearchParams(), all],
      ['a form without a file', new URLSearchParams(STATEMENT), `Upload can't be blank`],
      ['JSON without a file', STATEMENT, `Upload can't be blank`],
      ['a text for a file', { ...STATEMENT, upload: 'picture' }, `Upload can't be blank`],
      [
        'an object for a file',
        { ...STATEMENT, upload: { buffer: 'x', originalname: 'a.jpg' } },
        `Upload can't be blank`,
      ],
      [
        'one text and no file',
        { doc_type: 'Passport' },
        'doc_number is missing, doc_expire is missing, upload is missing',
      ],
      ['a list', { ...STATEMENT, doc_type: ['Passport'] }, 'doc_type is invalid, upload is missing'],
    ])('%s', async (_, body, error) => {
      const answer = await call(server, 'POST', '/api/v1/documents', { token, body });
      expect(outcome(answer)).toEqual([400, error]);
    });

    it.each<[Record<string, string | undefined>, string]>([
      [
        { doc_type: undefined, doc_number: undefined, doc_expire: undefined },
        'doc_type is missing, doc_number is missing, doc_expire is missing',
      ],
      [{ doc_number: undefined }, 'doc_number is missing'],
      [
        { doc_type: ' ', doc_number: '', doc_expire: '' },
        'doc_type is empty, doc_number is empty, doc_expire is empty',
      ],
      [{ doc_type: 'Library card' }, 'Doc type is not included in the list'],
      [{ doc_type: 'passport' }, 'Doc type is not included in the list'],
      [{ doc_number: 'x'.repeat(129) }, 'Doc number is too long (maximum is 128 characters)'],
      [{ doc_number: 'a\u0000b' }, 'doc_number is invalid'],
      [{ doc_expire: '2019-12-31' }, 'Doc expire has passed'],
      [
        { doc_type: 'x', doc_number: 'x'.repeat(129), doc_expire: '1999-01-01' },
        'Doc type is not included in the list, Doc number is too long (maximum is 128 characters), Doc expire has passed',
      ],
      ...[
        'Saturday',
        '31.12.2099',
        '2099-13-01',
        '2099-02-30',
        '2100-02-29',
        '0000-01-01',
        '2099-1-1',
        '20991231',
        '+02099-01-01',
      ].map((doc_expire): [Record<string, string>, string] => [{ doc_expire }, 'doc_expire is invalid']),
    ])('%j', async (change, error) => {
      expect(outcome(await submit(server, token, jpeg, { ...STATEMENT, ...change }))).toEqual([400, error]);
    });

    it('says so of a file that has no bytes', async () => {
      const empty = { bytes: Buffer.alloc(0), name: 'a.jpg', type: 'image/jpeg' };
      expect(outcome(await submit(server, token, empty))).toEqual([400, `Upload can't be blank`]);
    });

    it('says so of the file when it alone is missing', async () => {
      expect(outcome(await submit(server, token, undefined))).toEqual([400, `Upload can't be blank`]);
      expect(outcome(await submit(server, token, undefined, { ...STATEMENT, doc_type: 'x' }))).toEqual([
        400,
        `Doc type is not included in the list, Upload can't be blank`,
      ]);
    });

    it('takes no other content type', async () => {
      const headers = { 'content-type': 'image/jpeg' };
      const answer = await call(server, 'POST', '/api/v1/documents', { token, headers, body: jpeg.bytes });
      expect(answer.status).toBe(415);
    });
  });

  it('leaves nothing behind of what it refused', async () => {
    const before = await leftovers(server);
    await submit(server, token, undefined);
    await submit(server, token, jpeg, { ...STATEMENT, doc_type: 'x' });
    await submit(server, token, { ...jpeg, name: 'a.gif' });
    expect(await leftovers(server)).toEqual(before);
    expect(before).not.toEqual(NOTHING);
  });

  describe('who may', () => {
    it('shows everybody their own only', async () => {
      await submit(server, token, jpeg);
      expect((await list(await newToken(server))).body).toEqual([]);
    });

    it('asks OAuth tokens for a scope each', async () => {
      await submit(server, token, jpeg);
      const reader = oauthToken(server, token, 'documents:read');
      const writer = oauthToken(server, token, 'documents:write');
      expect((await list(reader)).body).toMatchObject([{ doc_number: STATEMENT.doc_number }]);
      expect(outcome(await submit(server, reader, jpeg))).toEqual([403, 'insufficient_scope']);
      expect((await submit(server, writer, jpeg)).status).toBe(201);
      expect(outcome(await list(writer))).toEqual([403, 'insufficient_scope']);
      expect(outcome(await list(oauthToken(server, token, 'profile:read')))).toEqual([403, 'insufficient_scope']);
    });

    it('is told to callers before their body is looked at', async () => {
      const { bytes } = { bytes: Buffer.alloc(11 * 1024 * 1024) };
      expect(outcome(await submit(server, 'nonsense', { bytes }))).toEqual([401, 'The access token is invalid']);
      expect((await submit(server, oauthToken(server, token, 'documents:read'), { bytes })).status).toBe(403);
    });

    it('never hands out bytes or a path', async () => {
      await submit(server, token, jpeg);
      const answer = await list(token);
      expect(Object.keys(answer.body[0] ?? {}).sort()).toEqual(
        ['created_at', 'doc_expire', 'doc_number', 'doc_type', 'id', 'state', 'upload'].sort(),
      );
      for (const path of ['', '/file', '/../../uploads', '/%00', '/%2e%2e%2f']) {
        const id = answer.body[0]?.id ?? '';
        expect((await call(server, 'GET', `/api/v1/documents/${id}${path}`, { token })).status).toBe(404);
      }
    });
  });
});
