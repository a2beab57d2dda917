import type { InteractionResults } from 'oidc-provider';
import type { PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { acrOf } from '../level-request.js';

/** What the provider is told about somebody who has signed in. @param remember what the form's box sent, if anything */
export function loginResult(person: PersonSignedIn, remember: string | undefined): InteractionResults {
  const { uid, level, amr, authenticatedAt } = person;
  return { login: { accountId: uid, acr: acrOf(level), amr, ts: authenticatedAt, remember: remember !== undefined } };
}
