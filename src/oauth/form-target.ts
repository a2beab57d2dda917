import type { ServerResponse } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';

/**
 * Lets the form of this page lead to another site in the end. Browsers hold `form-action` against every redirect that
 * follows a form, so the way back to an application would be blocked (CONTROLS C-49).
 */
export function allowFormTarget(response: ServerResponse, target: unknown): void {
  if (typeof target !== 'string' || !URL.canParse(target)) return;
  const policy = String(response.getHeader('Content-Security-Policy') ?? '');
  const { origin, protocol } = new URL(target);
  const source = origin === 'null' ? protocol : origin;
  response.setHeader('Content-Security-Policy', policy.replace("form-action 'self'", `form-action 'self' ${source}`));
}

/**
 * For all pages of signing out, also the library's own, which it shows when nobody is signed in, or when somebody else
 * signs in than before and goes on to the application.
 */
export async function allowReturnAfterSignOut(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  // A page without an error: the address was found among the registered ones.
  const isSignOut = ctx.oidc?.route === 'end_session' && ctx.status === 200;
  if (isSignOut) allowFormTarget(ctx.res, ctx.oidc.params?.post_logout_redirect_uri);
  const isSwitch = ctx.oidc?.route === 'resume' && ctx.status === 200;
  if (isSwitch) allowFormTarget(ctx.res, ctx.oidc.entities.Interaction?.params.redirect_uri);
}
