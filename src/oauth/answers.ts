import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { translateDatabaseError } from '../infra/database/database-errors.js';
import { errorPage } from './pages/provider-pages.js';

/** Has the provider answer as its clients expect where the library does otherwise. */
export function correctAnswers(provider: Provider, config: Config): void {
  provider.use(sayUnavailable(provider, config));
  provider.use(answerRevocationInJson);
}

/** A database that is away is no fault to be told of: clients come back later (RFC 6749, section 4.1.2.1). */
function sayUnavailable(provider: Provider, config: Config) {
  const failures = new WeakMap<object, unknown>();
  provider.on('server_error', (ctx, error) => failures.set(ctx.req, error));
  const showError = errorPage(config);
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    try {
      await next();
    } catch (error) {
      if (!translateDatabaseError(error)) throw error;
      failures.set(ctx.req, error);
    }
    const refusal = translateDatabaseError(failures.get(ctx.req));
    if (!refusal) return;
    const out = { error: 'temporarily_unavailable', error_description: refusal.sentences.join('. ') };
    ctx.remove('Location');
    ctx.status = refusal.status;
    if (ctx.accepts('json', 'html') === 'html') showError(ctx, out);
    else ctx.body = out;
    ctx.set(refusal.headers);
  };
}

/** The body of this answer means nothing (RFC 7009, section 2.2), but there are clients that parse every answer. */
async function answerRevocationInJson(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route === 'revocation' && ctx.status === 200) ctx.body = {};
}
