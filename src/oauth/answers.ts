import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { translateDatabaseError } from '../infra/database/database-errors.js';
import { nameForbiddenGrants } from './forbidden-grants.js';
import type { ProviderPages } from './pages/provider-pages.js';

/** Has the provider answer as its clients expect where the library does otherwise. */
export function correctAnswers(provider: Provider, pages: ProviderPages): void {
  provider.use(sayUnavailable(provider, pages));
  provider.use(answerRevocationInJson);
  provider.use(nameForbiddenGrants);
  provider.use(dressForms(pages));
}

/** A database that is away is no fault to be told of: clients come back later (RFC 6749, section 4.1.2.1). */
function sayUnavailable(provider: Provider, pages: ProviderPages) {
  const failures = new WeakMap<object, unknown>();
  provider.on('server_error', (ctx, error) => failures.set(ctx.req, error));
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
    if (ctx.accepts('json', 'html') === 'html') pages.error(ctx, out);
    else ctx.body = out;
    ctx.set(refusal.headers);
  };
}

/** The body of this answer means nothing (RFC 7009, section 2.2), but there are clients that parse every answer. */
async function answerRevocationInJson(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route === 'revocation' && ctx.status === 200) ctx.body = {};
}

/** A bare page of the library, which goes on by a form, or by a click where scripts are off. */
const BARE_FORM = /^<!DOCTYPE html>.*<title>Submitting Callback<\/title>.*?(<form .*?)<noscript>.*<\/form>/s;

/** Shows the library's own pages in our layout. */
function dressForms(pages: ProviderPages) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const form = typeof ctx.body === 'string' ? BARE_FORM.exec(ctx.body)?.[1] : undefined;
    if (form !== undefined) pages.goOn(ctx, `${form}</form>`);
  };
}
