import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_SCOPES } from '../../src/applications/applications.service.js';
import type { Role } from '../../src/common/principal.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call } from '../support/client.js';
import { type Route, routesOf } from '../support/routes.js';
import { agedToken, oauthToken, resigned } from '../support/tokens.js';
import { accessTable, freshRoutes } from './access-table.js';
import { newMember } from './staff.js';

type Outcome = 'may' | 401 | 403;

const ROLES: Role[] = ['member', 'compliance', 'admin'];
const table = accessTable();

let server: TestApp;
let routes: Route[];
const sessions = {} as Record<Role, string>;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  routes = routesOf(server).filter(({ name }) => name.includes(' /api/v1/'));
  for (const role of ROLES) sessions[role] = (await newMember(server, role)).token;
});
afterAll(() => server.close());

/** A token of its own for every call, so that ending "its" session ends none that is still needed. */
const session = (role: Role) => resigned(server, sessions[role], { sid: randomUUID(), jti: randomUUID() });
const oauth =
  (role: Role, ...scopes: string[]) =>
  () =>
    oauthToken(server, session(role), ...scopes);

/** What the guard says, apart from what the route itself may refuse. */
function outcomeOf({ status, body }: Answer): Outcome {
  const { code } = (body ?? {}) as { code?: string };
  if (status === 401 && code === 'token.invalid') return 401;
  return status === 403 && code === 'token.insufficient_scope' ? 403 : 'may';
}

function expectedOfSession(role: Role, who: string): Outcome {
  if (who === 'admin') return role === 'admin' ? 'may' : 403;
  if (who === 'staff') return role === 'member' ? 403 : 'may';
  return 'may';
}

function expectedOfOAuth(scopes: readonly string[], who: string): Outcome {
  return who === 'everyone' || scopes.includes(who) ? 'may' : 403;
}

const ALL = [...DEFAULT_SCOPES, 'session', 'staff', 'admin', '*'];
const KINDS: [name: string, make: () => string | undefined, expected: (who: string) => Outcome][] = [
  ['no token', () => undefined, (who) => (who === 'everyone' ? 'may' : 401)],
  ...ROLES.map((role): (typeof KINDS)[number] => [
    `a session of the role ${role}`,
    () => session(role),
    (who) => expectedOfSession(role, who),
  ]),
  ...ROLES.map((role): (typeof KINDS)[number] => [
    `a token of OAuth with every scope, of the role ${role}`,
    oauth(role, ...ALL),
    (who) => expectedOfOAuth(DEFAULT_SCOPES, who),
  ]),
  ['a token of OAuth without a scope', oauth('admin'), (who) => expectedOfOAuth([], who)],
  ...['account:read', 'labels:write', 'documents:read'].map((scope): (typeof KINDS)[number] => [
    `a token of OAuth with ${scope}`,
    oauth('admin', scope),
    (who) => expectedOfOAuth([scope], who),
  ]),
  ['a token of client credentials', () => clientToken(), (who) => (who === 'everyone' ? 'may' : 401)],
  [
    'an ID token',
    () => resigned(server, sessions.admin, {}, { typ: 'JWT' }),
    (who) => (who === 'everyone' ? 'may' : 401),
  ],
  ['a refresh token', () => 'Xh2pJ0m5mJm0QmZ1Yc9dXh2pJ0m5mJm0QmZ1Yc9dabc', (who) => (who === 'everyone' ? 'may' : 401)],
];

function clientToken(): string {
  return resigned(server, sessions.admin, { sub: 'local-demo', uid: undefined, token_use: undefined, sid: undefined });
}

describe('the table of who may call what', () => {
  it('has a line for every route of the API, and none for what is not there', () => {
    expect([...table.keys()].sort()).toEqual(routes.map(({ name }) => name).sort());
  });

  it.each(KINDS)('holds for %s', async (_, make, expected) => {
    const found: [string, Outcome][] = [];
    for (const { name, method, path } of routes) {
      const token = make();
      const answer = await call(server, method, path, token === undefined ? {} : { token });
      found.push([name, outcomeOf(answer)]);
      expect([name, answer.status]).not.toEqual([name, 500]);
    }
    expect(found).toEqual(routes.map(({ name }) => [name, expected(table.get(name) ?? 'nobody')]));
  });

  it('says which routes of staff want a sign-in of the last 15 minutes (CONTROLS 1)', async () => {
    const asked = async (token: string, { method, path }: Route) => {
      const { status, body } = await call<{ code?: string } | null>(server, method, path, { token });
      return status === 403 && body?.code === 'session.reauthentication_required';
    };
    const ofStaff = routes.filter(({ name }) => name.includes(' /api/v1/admin/'));
    const found: string[] = [];
    for (const route of ofStaff) {
      if (await asked(agedToken(server, session('admin'), 16 * 60), route)) found.push(route.name);
      expect([route.name, await asked(agedToken(server, session('admin'), 14 * 60), route)]).toEqual([
        route.name,
        false,
      ]);
    }
    expect(found.sort()).toEqual(freshRoutes().sort());
  });
});
