import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { CLIENT_PROPERTIES } from './oauth-clients.service.js';
import type { AccountClaims } from './claims.service.js';
import { acrOf, requestedLevel } from './level-request.js';
import { interactionPolicy } from './oidc-library.js';

const { base, Check, Prompt } = interactionPolicy;

/** What a person may have to do before an application gets its answer: sign in, reach a level, agree. */
export function createPolicy() {
  const policy = base();
  policy.get('consent')?.checks.add(publicClientsAskAlways());
  const level = new Prompt({ name: 'level', requestable: false }, levelIsMissing());
  policy.add(level, 1);
  return policy;
}

/** Nobody can tell whether a public application is the one it says it is (RFC 8252, section 8.6). */
function publicClientsAskAlways() {
  return new Check('public_client', 'public clients ask every time', 'interaction_required', (ctx) => {
    const client = ctx.oidc.client as Client;
    const asks = client.clientAuthMethod === 'none' && client[CLIENT_PROPERTIES.skipConsent] !== true;
    return asks && !ctx.oidc.result?.consent ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  });
}

function levelIsMissing() {
  return new Check(
    'level',
    'the account has not reached the requested level',
    'unmet_authentication_requirements',
    (ctx) => {
      tellLevel(ctx);
      const isReached = accountLevel(ctx) >= requestedLevel(ctx.oidc.params?.acr_values);
      return isReached ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    },
    (ctx) => ({ level: requestedLevel(ctx.oidc.params?.acr_values) }),
  );
}

/** Levels move while a session lasts; `acr` says the one of now. */
function tellLevel(ctx: KoaContextWithOIDC): void {
  const { session } = ctx.oidc;
  const acr = acrOf(accountLevel(ctx));
  if (session?.accountId && session.acr !== acr) session.acr = acr;
}

function accountLevel(ctx: KoaContextWithOIDC): number {
  return (ctx.oidc.account as AccountClaims | undefined)?.level ?? 0;
}
