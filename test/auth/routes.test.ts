import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { DEFAULT_SCOPES } from '../../src/applications/applications.service.js';
import { DeclaredAccess } from '../../src/auth/declared-access.service.js';
import { Public, Requires } from '../../src/common/principal.js';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, call, newPerson, outcome, signIn } from '../support/client.js';
import { type Route, routesOf } from '../support/routes.js';
import { oauthToken, resigned } from '../support/tokens.js';
import { DOCUMENTATION, PUBLIC_ROUTES, SCOPED_ROUTES } from './route-lists.js';

const INVALID = [401, 'The access token is invalid'];
const INSUFFICIENT = [403, 'insufficient_scope'];

let server: TestApp;
let session: string;
let routes: Route[];
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  session = await signIn(server, await newPerson(server));
  routes = routesOf(server);
});
afterAll(() => server.close());

const ask = ({ method, path }: Route, token?: string): Promise<Answer> =>
  call(server, method, path, { ...(token !== undefined && { token }) });

/** A page sends whoever is not signed in to the sign-in page; the API says 401. */
const isClosed = ({ status, headers }: Answer): boolean =>
  status === 401 || (status === 303 && (headers.get('location') ?? '').startsWith('/sign-in'));

async function namesOf(wanted: (route: Route) => Promise<boolean>): Promise<string[]> {
  const names: string[] = [];
  for (const route of routes) if (await wanted(route)) names.push(route.name);
  return [...new Set(names)].sort();
}
const closedApiRoutes = () =>
  routes.filter(
    ({ name, path }) => path.startsWith('/api/') && !DOCUMENTATION.test(name) && !PUBLIC_ROUTES.includes(name),
  );

describe('without a token', () => {
  it('exactly the routes of the written list answer', async () => {
    const open = await namesOf(async (route) => !isClosed(await ask(route)));
    expect(open.filter((name) => !DOCUMENTATION.test(name))).toEqual([...PUBLIC_ROUTES].sort());
  });

  it('every other route of the API says 401 in one way', async () => {
    expect(closedApiRoutes().length).toBeGreaterThan(5);
    for (const route of closedApiRoutes()) {
      const answer = await ask(route);
      expect([route.name, ...outcome(answer)]).toEqual([route.name, ...INVALID]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="barong"');
    }
  });
});

describe('with a token of the OAuth flow', () => {
  it('that has every scope, exactly the routes of the written table answer (C-41)', async () => {
    const token = oauthToken(server, session, ...DEFAULT_SCOPES, 'session', 'admin', 'security', '*');
    for (const route of closedApiRoutes()) {
      const [status, error] = outcome(await ask(route, token));
      if (route.name in SCOPED_ROUTES) expect([route.name, status]).not.toEqual([route.name, 403]);
      else expect([route.name, status, error]).toEqual([route.name, ...INSUFFICIENT]);
    }
  });

  it('each of them asks for its own scope, and for no other', async () => {
    for (const route of closedApiRoutes().filter(({ name }) => name in SCOPED_ROUTES)) {
      const scope = SCOPED_ROUTES[route.name] ?? '';
      const others = DEFAULT_SCOPES.filter((other) => other !== scope);
      const refused = await ask(route, oauthToken(server, session, ...others));
      expect([route.name, ...outcome(refused)]).toEqual([route.name, ...INSUFFICIENT]);
      expect(refused.headers.get('www-authenticate')).toBe(
        `Bearer realm="barong", error="insufficient_scope", scope="${scope}"`,
      );
      expect([401, 403]).not.toContain((await ask(route, oauthToken(server, session, scope))).status);
    }
  });
});

describe('with a token of another kind', () => {
  it.each<[string, () => string]>([
    ['an ID token', () => resigned(server, session, { aud: 'local-demo', nonce: 'x' }, { typ: 'JWT' })],
    ['an ID token for this API', () => resigned(server, session, {}, { typ: 'JWT' })],
    ['a token of client credentials', () => resigned(server, session, { sub: 'local-demo', sid: undefined })],
    ['a token of client credentials with a session', () => resigned(server, session, { sub: 'local-demo' })],
    ['a refresh token', () => 'Xh2pJ0m5mJm0QmZ1Yc9dXh2pJ0m5mJm0QmZ1Yc9dabc'],
    ['a logout token', () => resigned(server, session, {}, { typ: 'logout+jwt' })],
  ])('such as %s, no closed route answers', async (_, make) => {
    const token = make();
    for (const route of closedApiRoutes()) {
      expect([route.name, ...outcome(await ask(route, token))]).toEqual([route.name, ...INVALID]);
    }
  });
});

@Controller('forgotten')
class ForgottenController {
  @Get('open')
  @Public()
  open() {
    return null;
  }

  @Get()
  undeclared() {
    return null;
  }
}

@Controller('declared')
@Requires({ firstParty: true })
class DeclaredController {
  @Get()
  byItsClass() {
    return null;
  }

  @Get('open')
  @Public()
  byItself() {
    return null;
  }
}

async function boot(...controllers: (new () => object)[]): Promise<DeclaredAccess> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers,
    providers: [DeclaredAccess],
  }).compile();
  const app = module.createNestApplication({ logger: false });
  await app.init();
  await app.close();
  return app.get(DeclaredAccess);
}

describe('the boot', () => {
  it('stops at a route that does not say who may call it, and names it', async () => {
    await expect(boot(DeclaredController, ForgottenController)).rejects.toThrow(
      'routes without @Public() or @Requires(): ForgottenController.undeclared',
    );
  });

  it('goes on when every route does, itself or through its class', async () => {
    const access = await boot(DeclaredController);
    expect(access.routes()).toEqual([
      { handler: 'DeclaredController.byItsClass', rule: { firstParty: true } },
      { handler: 'DeclaredController.byItself', rule: 'public' },
    ]);
  });
});
