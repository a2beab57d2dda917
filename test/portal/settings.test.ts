import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, newPerson, outbox, signIn } from '../support/client.js';
import { noticesOf, signedIn, textOf, titleOf } from '../support/pages.js';
import { UserAgent } from '../support/user-agent.js';

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const PATH = '/account/settings';
const AGAIN = 'Is it you?';

describe('settings of an account', () => {
  it('show the address, the data and the way out', async () => {
    const person = await newPerson(server);
    const page = await (await signedIn(server, person)).open(PATH);
    expect([page.status, titleOf(page)]).toEqual([200, 'Settings']);
    for (const words of [person.email, 'Your data', 'Delete my account']) expect(textOf(page)).toContain(words);
    expect(page.html).not.toContain('email/cancel');
  });

  it('say nothing of outcomes that are not in their table', async () => {
    const agent = await signedIn(server, await newPerson(server));
    for (const word of ['constructor', '__proto__', '<b>']) {
      const page = await agent.open(`${PATH}?done=${encodeURIComponent(word)}`);
      expect([page.status, noticesOf(page)]).toEqual([200, []]);
    }
  });

  it('show an address that waits, and give it up', async () => {
    const agent = await signedIn(server, await newPerson(server));
    const asked = await agent.submit(await agent.open(PATH), '/settings/email', { new_email: 'waits@example.com' });
    expect(textOf(asked)).toContain('Waiting for the link that was sent to waits@example.com');
    const page = await agent.submit(asked, '/email/cancel');
    expect(noticesOf(page)).toEqual(['Your address stays as it is; the link is void.']);
    expect(textOf(page)).not.toContain('waits@example.com');
  });

  it('ask who it is when the sign-in is a while ago, and nothing is done before', async () => {
    const person = await newPerson(server);
    const agent = await signedIn(server, person);
    const [page, deletion] = [await agent.open(PATH), await agent.open(`${PATH}/delete`)];
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(titleOf(await agent.open(PATH))).toBe(AGAIN);
    expect(titleOf(await agent.open(`${PATH}/delete`))).toBe(AGAIN);
    expect(titleOf(await agent.submit(page, '/settings/email', { new_email: 'never@example.com' }))).toBe(AGAIN);
    expect(titleOf(await agent.submit(page, '/settings/export'))).toBe(AGAIN);
    expect(titleOf(await agent.submit(deletion, '/settings/delete', { ...person }))).toBe(AGAIN);
    jest.restoreAllMocks();
    expect(await outbox(server, 'never@example.com')).toEqual([]);
    await signIn(server, person);
  });

  it('are not for tokens or strangers', async () => {
    const token = await signIn(server, await newPerson(server));
    for (const path of [PATH, `${PATH}/delete`]) {
      expect((await call(server, 'GET', path, { token })).status).toBe(401);
      expect(new URL((await new UserAgent(server.url).open(path)).url).pathname).toBe('/sign-in');
    }
  });

  it('speak Spanish', async () => {
    const agent = await signedIn(server, await newPerson(server));
    await agent.submit(await agent.open(PATH), '/language', { language: 'es' });
    expect(titleOf(await agent.open(PATH))).toBe('Ajustes');
    const page = await agent.submit(await agent.open(PATH), '/settings/email', { new_email: 'nada' });
    expect(page.html).toContain('Esto no es un correo electrónico.');
  });
});
