import { type Client, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { CLIENT_PROPERTIES } from './oauth-clients.service.js';
import type { AccountClaims } from './claims.service.js';
import { requestedLevel } from './level-request.js';

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
    (ctx) =>
      accountLevel(ctx) < requestedLevel(ctx.oidc.params?.acr_values) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    (ctx) => ({ level: requestedLevel(ctx.oidc.params?.acr_values) }),
  );
}

function accountLevel(ctx: KoaContextWithOIDC): number {
  return (ctx.oidc.account as AccountClaims | undefined)?.level ?? 0;
}
