import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codesTo, levelOf, newNumber, rowsOf, wrong } from '../phones/phones.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticesOf, titleOf } from '../support/pages.js';
import type { Page } from '../support/user-agent.js';
import {
  buttonLinksOf,
  forge,
  formTokenOf,
  inSpanish,
  newOwner,
  type Owner,
  textOf,
  valueOf,
} from './account-owner.js';

const PATH = '/account/phone';
const BACK = `return_to=${encodeURIComponent('/interaction/abc')}`;

let server: TestApp;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
});
afterAll(() => server.close());

const newest = async (number: string) => (await codesTo(server, number))[0] ?? '';
const phones = async () => (await server.sql<{ count: number }>('SELECT count(*)::int FROM phones'))[0]?.count;

/** Somebody new who waits for the code of a number. */
async function withNumber(): Promise<{ owner: Owner; number: string; page: Page }> {
  const owner = await newOwner(server);
  const number = newNumber();
  const page = await owner.agent.submit(await owner.agent.open(PATH), PATH, { phone_number: number });
  return { owner, number, page };
}

describe('the page of the phone', () => {
  it('leads to a verified number and level 2', async () => {
    const { owner, number, page } = await withNumber();
    expect([page.url, noticesOf(page)]).toEqual([
      `${server.url}${PATH}?done=sent`,
      ['A code is on its way to your phone.'],
    ]);
    expect(textOf(page)).toContain(`${number} United States waits for its code`);
    const done = await owner.agent.submit(page, '/verify', { verification_code: await newest(number) });
    expect([done.url, titleOf(done)]).toEqual([`${server.url}${PATH}?done=verified`, 'Phone']);
    expect(textOf(done)).toContain(`${number} United States verified`);
    expect(buttonLinksOf(done)).toEqual(['/account/identity']);
    expect(await levelOf(server, owner.token)).toBe(2);
  });

  it('sends another code, and only that one counts', async () => {
    const { owner, number, page } = await withNumber();
    const first = await newest(number);
    const again = await owner.agent.submit(page, PATH, { phone_number: number });
    expect(await codesTo(server, number)).toHaveLength(2);
    const second = await newest(number);
    if (first !== second) {
      const refused = await owner.agent.submit(again, '/verify', { verification_code: first });
      expect([refused.status, noticesOf(refused)]).toEqual([422, ['The code is not right, or too old.']]);
    }
    await owner.agent.submit(again, '/verify', { verification_code: second });
    expect(await levelOf(server, owner.token)).toBe(2);
  });

  it.each(['', 'abc', '+1', '"><script>', '+44 12', '\u0000'])(
    'says that %j is no number, and keeps it',
    async (typed) => {
      const { agent } = await newOwner(server);
      const before = await phones();
      const page = await agent.submit(await agent.open(PATH), PATH, { phone_number: typed });
      expect([page.status, noticesOf(page)]).toEqual([400, ['Phone number is invalid']]);
      if (typed === '+44 12') expect(valueOf(page, 'phone_number')).toBe(typed);
      expect(page.html).not.toContain('"><script>');
      expect(await phones()).toBe(before);
    },
  );

  it('does not take a code that is missing for a try', async () => {
    const { owner, number, page } = await withNumber();
    const refused = await owner.agent.submit(page, '/verify', { verification_code: ' ' });
    expect([refused.status, noticesOf(refused)]).toEqual([422, ['Please enter the code.']]);
    expect((await rowsOf(server, number))[0]?.code_attempts).toBe(0);
    const again = await owner.agent.submit(refused, '/verify', { verification_code: wrong(await newest(number)) });
    expect(again.status).toBe(422);
    expect((await rowsOf(server, number))[0]?.code_attempts).toBe(1);
  });

  it('tells of a number that somebody else has verified', async () => {
    const { owner, number, page } = await withNumber();
    await owner.agent.submit(page, '/verify', { verification_code: await newest(number) });
    const { agent } = await newOwner(server);
    const refused = await agent.submit(await agent.open(PATH), PATH, { phone_number: number });
    expect([refused.status, noticesOf(refused)]).toEqual([400, ['This phone number is in use already.']]);
  });

  it('shows nobody the numbers of others, nor lets them verify those', async () => {
    const { number } = await withNumber();
    const { owner, page } = await withNumber();
    expect(page.html).not.toContain(number);
    const code = await newest(number);
    const refused = await owner.agent.submit(page, '/verify', { phone_number: number, verification_code: code });
    expect(refused.status).toBe(422);
    expect(await levelOf(server, owner.token)).toBe(1);
  });

  it('goes back to where the person came from', async () => {
    const { agent } = await newOwner(server);
    const number = newNumber();
    let page = await agent.open(`${PATH}?return_to=/account/identity%3Fdone%3Dprofile`);
    page = await agent.submit(page, 'done%3Dprofile', { phone_number: number });
    const form = '/account/phone/verify?return_to=%2Faccount%2Fidentity%3Fdone%3Dprofile';
    page = await agent.submit(page, form, { verification_code: await newest(number) });
    expect(page.url).toBe(`${server.url}/account/identity?done=profile`);
    expect(buttonLinksOf(await agent.open(`${PATH}?${BACK}`))).toEqual(['/interaction/abc']);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/\tevil'])('never leads to %j', async (to) => {
    const { agent } = await newOwner(server);
    const page = await agent.open(`${PATH}?return_to=${encodeURIComponent(to)}`);
    expect([page.status, page.html.includes('evil.example" role')]).toEqual([200, false]);
    expect(page.html).toContain(`action="${PATH}"`);
  });

  it('changes nothing without the token of its form', async () => {
    const { agent } = await newOwner(server);
    const foreign = formTokenOf(await (await newOwner(server)).agent.open(PATH));
    const before = await phones();
    for (const token of [undefined, '', 'x', foreign]) {
      const body = new URLSearchParams({
        phone_number: newNumber(),
        ...(token !== undefined && { form_token: token }),
      });
      expect((await forge(agent, server, PATH, body)).status).toBe(403);
      expect((await forge(agent, server, `${PATH}/verify`, body)).status).toBe(403);
    }
    expect(await phones()).toBe(before);
  });

  it('tells when another code may be asked for', async () => {
    const strict = await startApp({ RATE_LIMITS: 'on', SMS_COUNTRIES: 'US' });
    try {
      const { agent } = await newOwner(strict);
      let page = await agent.open(PATH);
      page = await agent.submit(page, PATH, { phone_number: '+447911123456' });
      expect([page.status, noticesOf(page)]).toEqual([400, ['We cannot send messages to this country.']]);
      page = await agent.submit(page, PATH, { phone_number: newNumber() });
      page = await agent.submit(page, PATH, { phone_number: newNumber() });
      const problem = 'We have sent you codes already, and can send another in a minute. Has the last one arrived?';
      expect([page.status, noticesOf(page)]).toEqual([429, [problem]]);
    } finally {
      await strict.close();
    }
  });

  it('speaks Spanish, also when it refuses', async () => {
    const { agent } = await newOwner(server);
    let page = await inSpanish(agent, await agent.open(PATH));
    expect(titleOf(page)).toBe('Teléfono');
    page = await agent.submit(page, PATH, { phone_number: '12' });
    expect(noticesOf(page)).toEqual(['El número de teléfono no es válido.']);
    expect(textOf(page)).not.toMatch(/\b(the|your|number|code)\b/i);
  });

  it('can be opened again where a code was refused', async () => {
    const { owner, page } = await withNumber();
    const refused = await owner.agent.submit(page, '/verify', { verification_code: 'x' });
    const again = await inSpanish(owner.agent, refused);
    expect([again.url, again.status]).toEqual([`${server.url}${PATH}`, 200]);
  });
});
