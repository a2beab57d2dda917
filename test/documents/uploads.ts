import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Principal } from '../../src/common/principal.js';
import { DocumentFilesService, type OpenedFile } from '../../src/documents/document-files.service.js';
import { ADMIN, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, signIn } from '../support/client.js';

export const STATEMENT = { doc_type: 'Passport', doc_number: 'AB1234567', doc_expire: '2099-12-31' };

export interface File {
  bytes: Buffer;
  name?: string;
  type?: string;
}

/** A picture in one colour. */
export function picture(format: 'jpeg' | 'png', width = 60, height = 40): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#3366cc' } })
    .toFormat(format)
    .toBuffer();
}

/** The multipart body of an upload; a field that is undefined is left out. */
export function form(file: File | undefined, statement: Record<string, string | undefined> = STATEMENT): FormData {
  const body = new FormData();
  for (const [name, value] of Object.entries(statement)) if (value !== undefined) body.set(name, value);
  if (file)
    body.set('upload', new Blob([new Uint8Array(file.bytes)], { type: file.type ?? '' }), file.name ?? 'id.jpg');
  return body;
}

export function submit(
  server: TestApp,
  token: string,
  file: File | undefined,
  statement: Record<string, string | undefined> = STATEMENT,
): Promise<Answer> {
  return call(server, 'POST', '/api/v1/documents', { token, body: form(file, statement) });
}

/** A fresh person's token. */
export async function newToken(server: TestApp): Promise<string> {
  return signIn(server, await newPerson(server));
}

/** Names of everything in the upload folder, unfinished files too. */
export async function storedFiles(server: TestApp): Promise<string[]> {
  const names = await readdir(path.join(server.config.dataDir, 'uploads'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** What an upload leaves behind: rows and files. */
export async function leftovers(server: TestApp): Promise<{ rows: number; files: number }> {
  const [row] = await server.sql<{ rows: number }>('SELECT count(*)::int AS rows FROM documents');
  return { rows: row?.rows ?? 0, files: (await storedFiles(server)).length };
}

export const ORIGIN = { ip: '192.0.2.1', userAgent: 'test', requestId: 'test' };

/** Who the guard would make of the account with this address. */
export async function principalOf(server: TestApp, email: string): Promise<Principal> {
  const [row] = await server.sql<Principal['account']>('SELECT * FROM accounts WHERE email = $1', [email]);
  if (!row) throw new Error(`no account ${email}`);
  const now = Math.floor(Date.now() / 1000);
  return {
    ...{ kind: 'session', account: row, scopes: new Set(), clientId: 'local-demo', sessionId: '', tokenId: '' },
    ...{ expiresAt: now + 3600, authTime: now, amr: ['pwd', 'otp'] },
  };
}

/** What a reviewer sees of the newest document of all. */
export async function openNewest(server: TestApp): Promise<OpenedFile & { id: string }> {
  const [row] = await server.sql<{ id: string }>('SELECT id FROM documents ORDER BY created_at DESC LIMIT 1');
  const id = row?.id ?? '';
  const files = server.app.get(DocumentFilesService, { strict: false });
  return { id, ...(await files.open(await principalOf(server, ADMIN.email), id, ORIGIN)) };
}
