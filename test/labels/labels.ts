import { ApplicationsService } from '../../src/applications/applications.service.js';
import { Database } from '../../src/infra/database/database.service.js';
import { LabelsService } from '../../src/labels/labels.service.js';
import type { TestApp } from '../support/app.js';
import { type Answer, call, claimsOf, newPerson, signIn } from '../support/client.js';
import { resigned } from '../support/tokens.js';

export const PATH = '/api/v1/labels';
export const NOT_FOUND = [404, `Couldn't find Label`];
export const READ_ONLY = [400, `Can't update Label.`];
export const TAKEN = [422, { key: ['Key has already been taken'] }];
export const TOO_MANY = [422, { base: ['An account can have 100 labels at most'] }];
export const INSUFFICIENT = [403, 'insufficient_scope'];

export interface Label {
  key: string;
  value: string;
  scope: string;
  created_at: string;
  updated_at: string;
}

/** Somebody new, signed in. */
export interface Owner {
  id: string;
  uid: string;
  token: string;
}

export async function newOwner(server: TestApp): Promise<Owner> {
  const token = await signIn(server, await newPerson(server));
  const uid = String(claimsOf(token).uid);
  const [row] = await server.sql<{ id: string }>('SELECT id FROM accounts WHERE uid = $1', [uid]);
  return { id: row?.id ?? '', uid, token };
}

export const list = (server: TestApp, token: string): Promise<Answer<Label[]>> =>
  call<Label[]>(server, 'GET', PATH, { token });

export const get = (server: TestApp, token: string, key: string): Promise<Answer<Label>> =>
  call<Label>(server, 'GET', `${PATH}/${key}`, { token });

export const create = (server: TestApp, token: string, body: unknown): Promise<Answer<Label>> =>
  call<Label>(server, 'POST', PATH, { token, body });

export const change = (server: TestApp, token: string, key: string, body: unknown): Promise<Answer<Label>> =>
  call<Label>(server, 'PATCH', `${PATH}/${key}`, { token, body });

export const remove = (server: TestApp, token: string, key: string): Promise<Answer<unknown>> =>
  call<unknown>(server, 'DELETE', `${PATH}/${key}`, { token });

/** What the tables hold of an account, by key. */
export function rowsOf(server: TestApp, owner: Owner): Promise<Record<string, unknown>[]> {
  return server.sql('SELECT key, value, scope FROM labels WHERE account_id = $1 ORDER BY key', [owner.id]);
}

/** What the audit log says of the labels of an account, oldest first. */
export function auditOf(server: TestApp, owner: Owner): Promise<Record<string, unknown>[]> {
  return server.sql(
    `SELECT actor_uid, action, details FROM audit_entries WHERE target = $1 AND action LIKE 'label.%' ORDER BY id`,
    [owner.uid],
  );
}

/** Gives an account a private label, as staff do. */
export async function givePrivate(server: TestApp, owner: Owner, key: string, value: string): Promise<void> {
  const label = { key, value, scope: 'private' as const };
  await server.app
    .get(Database, { strict: false })
    .transaction((tx) => server.app.get(LabelsService, { strict: false }).create(tx, owner, label, { actor: null }));
}

/** As many public labels as asked for, past all rules. */
export async function fill(server: TestApp, owner: Owner, count: number): Promise<void> {
  await server.sql(
    `INSERT INTO labels (account_id, key, value) SELECT $1, 'filled-' || n, 'value' FROM generate_series(1, $2::int) AS n`,
    [owner.id, count],
  );
}

/** Uid of a new application. Its tokens are good when their session began after it, so make it first. */
export async function newApplication(server: TestApp, firstParty: boolean): Promise<string> {
  const applications = server.app.get(ApplicationsService, { strict: false });
  const input = { name: 'Wallet', redirectUris: ['https://wallet.example/callback'], firstParty };
  return (await applications.create(input, null)).application.uid;
}

/** A token of OAuth as this application gets it from this person. */
export function tokenFor(server: TestApp, owner: Owner, clientId: string, ...scopes: string[]): string {
  const [, api] = claimsOf(owner.token).aud as string[];
  const claims = { token_use: undefined, client_id: clientId, aud: [clientId, api], scope: scopes.join(' ') };
  return resigned(server, owner.token, claims);
}
