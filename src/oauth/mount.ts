import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { AppError } from '../common/app-error.js';
import { originOf } from '../common/request-origin.js';
import type { Config } from '../config/config.js';
import { translateDatabaseError } from '../infra/database/database-errors.js';
import { refuseAnonymous } from './anonymous-requests.js';
import { ROUTES } from './routes.js';
import { ClientFailures } from './client-failures.service.js';
import { addDefaultScope } from './default-scopes.js';
import { OAuthClients } from './oauth-clients.service.js';
import { nameProviderRoute } from './provider-counts.js';
import { ProviderService } from './provider.service.js';
import { prepareProviderRequest } from './provider-request.js';
import { withOrigin } from './request-origins.js';
import { replayBody } from './replay-body.js';

const PREFIXES = ['/oauth/', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
/** Bodies of OAuth requests are small forms. */
const readForm = express.urlencoded({ extended: false, limit: 32 * 1024, inflate: false, parameterLimit: 50 });

/** Hands the provider its paths, before any parser or route of ours sees them. */
export function mountProvider(app: NestExpressApplication, config: Config): void {
  const provider = app.get(ProviderService);
  const clients = app.get(OAuthClients);
  const failures = app.get(ClientFailures);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!isForProvider(request.path)) return next();
    nameProviderRoute(request);
    if (isOddSpelling(request.path)) return next();
    readForm(request, response, (error?: unknown) => {
      if (error) return response.status(400).json({ error: 'invalid_request' });
      if (refuseAnonymous(request, response)) return undefined;
      prepareProviderRequest(request, config);
      failures
        .assertFew(request)
        .then(() => addDefaultScope(request, clients))
        .then(() => {
          replayBody(request);
          return withOrigin(originOf(request), () => provider.handle(request, response));
        })
        .then(() => failures.count(request, response.statusCode))
        .catch((failure: unknown) => refuse(response, failure, next));
      return undefined;
    });
  });
}

/** The key set is ours: it never changes between rotations, so it is kept ready as text. */
function isForProvider(path: string): boolean {
  return path !== '/oauth/jwks' && PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** The provider's router takes `/oauth/Token` and `/oauth/token/` too; what we check by path would not see them. */
function isOddSpelling(path: string): boolean {
  const plain = path.toLowerCase().replace(/\/$/, '');
  return plain !== path && Object.values<string>(ROUTES).includes(plain);
}

/** Errors of OAuth have the shape of RFC 6749, section 5.2. */
function refuse(response: Response, failure: unknown, next: NextFunction): void {
  const refusal = failure instanceof AppError ? failure : translateDatabaseError(failure);
  if (!refusal || response.headersSent) return next(failure);
  response.status(refusal.status).set(refusal.headers).json({ error: 'temporarily_unavailable' });
}
