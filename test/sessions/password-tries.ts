import { LOCAL_DEMO, type TestApp } from '../support/app.js';
import { type Answer, call } from '../support/client.js';

/** Asks for a token as somebody from that network, behind the proxy that the server has to trust. */
export function tryPassword(
  server: Pick<TestApp, 'url'>,
  { email, password, ip }: { email: string; password: string; ip: string },
): Promise<Answer<string>> {
  const body = { email, password, application_id: LOCAL_DEMO };
  return call<string>(server, 'POST', '/api/v1/sessions', { headers: { 'x-forwarded-for': ip }, body });
}
