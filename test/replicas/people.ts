import * as oidc from 'openid-client';
import { tokensFor, type TestClient } from '../oauth/flow.js';
import { type Answer, call, eventually, type Person, signIn } from '../support/client.js';
import { decoded } from '../support/mail-relay.js';
import { type Replicas, SHOP } from './replicas.js';
import { fromElsewhere } from './travellers.js';

type At = Pick<Replicas, 'url'>;

export const PASSWORD = 'a long enough password';
let people = 0;

export const someone = (): Person => ({ email: `person${(people += 1)}@example.com`, password: PASSWORD });

export const signUp = (at: At, person: Person): Promise<Answer> =>
  fromElsewhere(() => call<unknown>(at, 'POST', '/api/v1/accounts', { body: person }));

/** The token of the link that the relay got for somebody. */
export const confirmationToken = ({ relay }: Replicas, { email }: Person): Promise<string> =>
  eventually(async () => {
    const mail = relay.received.find(({ recipients }) => recipients.includes(email));
    return mail && /confirmation_token=([\w-]+)/.exec(decoded(mail))?.[1];
  });

export const confirm = (at: At, token: string): Promise<Answer> =>
  call<unknown>(at, 'POST', '/api/v1/accounts/confirm', { body: { confirmation_token: token } });

export const signInAt = (at: At, person: Person): Promise<string> =>
  fromElsewhere(() => signIn(at, person, { application_id: SHOP.uid }));

export const statusOfMe = async (at: At, token: string): Promise<number> =>
  (await call(at, 'GET', '/api/v1/accounts/me', { token })).status;

/** Somebody with a confirmed account. */
export async function newcomer(replicas: Replicas): Promise<Person> {
  const person = someone();
  await signUp(replicas, person);
  await confirm(replicas, await confirmationToken(replicas, person));
  return person;
}

/** Tokens with a refresh token, and the browser in which the person agreed to that. */
export const tokensOf = (replicas: Replicas, client: TestClient, person: Person) =>
  fromElsewhere(() =>
    tokensFor(replicas, client, person, { scope: 'openid email account:read offline_access', prompt: 'consent' }),
  );

export const isActive = async (client: TestClient, token: string): Promise<boolean> =>
  (await oidc.tokenIntrospection(client.oidc, token)).active;
