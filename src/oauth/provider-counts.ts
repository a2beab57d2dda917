import type { Request } from 'express';
import type { Provider } from 'oidc-provider';
import { countToken } from '../infra/metrics/metrics.js';
import { nameRoute } from '../infra/metrics/request-route.js';
import { ROUTES } from './routes.js';

const PATHS = [...Object.values<string>(ROUTES), '/oauth/logout/confirm', '/oauth/logout/success'];
/** Below these there is an id. */
const WITH_ID = [ROUTES.authorization, ROUTES.code_verification, ROUTES.registration];
const WELL_KNOWN = '/.well-known/';

/** Counts the tokens that the provider issues, by grant type. */
export function countGrants(provider: Provider): void {
  provider.on('grant.success', ({ oidc }) => countToken(String(oidc.params?.grant_type)));
}

/** The provider has a router of its own; its routes are named here, as many as there are. */
export function nameProviderRoute(request: Request): void {
  const { path } = request;
  if (PATHS.includes(path)) return nameRoute(request, path);
  const parent = WITH_ID.find((route) => path.startsWith(`${route}/`));
  if (parent) return nameRoute(request, `${parent}/:id`);
  if (path.startsWith(WELL_KNOWN)) nameRoute(request, '/.well-known/*');
}
