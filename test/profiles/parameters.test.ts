import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { call, outcome } from '../support/client.js';
import { ENCODINGS } from '../support/encodings.js';
import { type Applicant, forget, mine, newApplicant, PATH, PROFILE, submit, written } from './profiles.js';

const NAMES = Object.keys(PROFILE) as (keyof typeof PROFILE)[];
const ALL_MISSING = NAMES.map((name) => `${name} is missing`).join(', ');
const TEXTS: [name: string, spoken: string, longest: number][] = [
  ['first_name', 'First name', 255],
  ['last_name', 'Last name', 255],
  ['address', 'Address', 1024],
  ['postcode', 'Postcode', 255],
  ['city', 'City', 255],
  ['country', 'Country', 255],
];

let server: TestApp;
let applicant: Applicant;
let token: string;
beforeAll(async () => {
  server = await startApp({ RATE_LIMITS: 'off' });
  applicant = await newApplicant(server);
  token = applicant.token;
});
afterAll(() => server.close());
beforeEach(() => forget(server, applicant));

/** That a body is refused in these words, and leaves nothing behind. */
async function expectRefusal(body: unknown, error: string | string[]): Promise<void> {
  const before = await written(server);
  const status = typeof error === 'string' ? 400 : 422;
  expect(outcome(await submit(server, token, body))).toEqual([status, error]);
  expect(await written(server)).toEqual(before);
  expect((await mine(server, token)).body).toBeNull();
}

/** That a profile with this change is taken, and read back as this one. */
async function expectTaken(change: object, read: object = change): Promise<void> {
  expect(outcome(await submit(server, token, { ...PROFILE, ...change }))).toEqual([201, null]);
  expect((await mine(server, token)).body).toMatchObject({ ...PROFILE, ...read });
}

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(PROFILE).filter(([name]) => !names.includes(name)));

describe('what is missing', () => {
  it('is said in declared order', async () => {
    await expectRefusal({}, ALL_MISSING);
    expect(outcome(await call(server, 'POST', PATH, { token }))).toEqual([400, ALL_MISSING]);
    await expectRefusal({ state: 'approved', metadata: {} }, ALL_MISSING);
    await expectRefusal(without('country', 'first_name'), 'first_name is missing, country is missing');
    await expectRefusal(
      { city: ' ', dob: 'Saturday', first_name: ['A'], metadata: [] },
      'first_name is invalid, last_name is missing, dob is invalid, address is missing, postcode is missing, ' +
        'city is empty, country is missing, metadata is invalid',
    );
  });

  it.each(ENCODINGS)('is said alike of what is sent as %s', async (_, encode) => {
    await expectRefusal(encode({}), ALL_MISSING);
    await expectRefusal(encode(without('postcode')), 'postcode is missing');
    await expectRefusal(encode({ ...PROFILE, city: '', last_name: ' ' }), 'last_name is empty, city is empty');
  });

  it.each(NAMES)('may be %s alone', async (name) => {
    await expectRefusal(without(name), `${name} is missing`);
  });

  it.each(NAMES.filter((name) => name !== 'postcode'))('is said of a blank %s', async (name) => {
    for (const blank of ['', '  \t\n', '\u3000', null])
      await expectRefusal({ ...PROFILE, [name]: blank }, `${name} is empty`);
  });

  it.each(['', '   ', null])('is not said of %j for a postcode, for not every country has them', async (postcode) => {
    await expectTaken({ postcode }, { postcode: '' });
  });
});

describe('what can not be read', () => {
  it.each(NAMES)('is said of a %s that is no text', async (name) => {
    for (const value of [['a'], [], { $gt: '' }, {}, true, false]) {
      await expectRefusal({ ...PROFILE, [name]: value }, `${name} is invalid`);
    }
  });

  it.each(NAMES)('is said of a %s that no database could keep', async (name) => {
    for (const value of ['a\u0000b', 'a\ud800', '\udc00a']) {
      await expectRefusal({ ...PROFILE, [name]: value }, `${name} is invalid`);
    }
  });
});

describe('texts that are too long', () => {
  it.each(TEXTS)('such as a %s are told by sentences', async (name, spoken, longest) => {
    const error = [`${spoken} is too long (maximum is ${longest} characters)`];
    for (const text of ['x'.repeat(longest + 1), '\u{1f600}'.repeat(longest + 1), 'x'.repeat(60_000)]) {
      await expectRefusal({ ...PROFILE, [name]: text }, error);
    }
    await expectTaken({ [name]: 'x'.repeat(longest) });
    await forget(server, applicant);
    await expectTaken({ [name]: '\u{1f600}'.repeat(longest) });
  });

  it('are all told at once, after what can not be read', async () => {
    const all = Object.fromEntries(TEXTS.map(([name]) => [name, 'x'.repeat(1025)]));
    await expectRefusal(
      { ...PROFILE, ...all },
      TEXTS.map(([, spoken, longest]) => `${spoken} is too long (maximum is ${longest} characters)`),
    );
    await expectRefusal({ ...PROFILE, ...all, dob: 'Saturday' }, 'dob is invalid');
    expect((await submit(server, token, { ...PROFILE, ...all })).body).toMatchObject({ code: 'profile.invalid' });
  });
});

describe('texts', () => {
  it('come back as sent, in any script', async () => {
    await expectTaken({
      ...{
        first_name: 'Zo\u00eb \u{1f469}\u200d\u{1f4bb}',
        last_name: `O'Neill-<b>\u674e</b>`,
        city: '\u041a\u0438\u0457\u0432',
      },
      ...{ address: 'Line 1\nLine 2 "\\"; DROP TABLE profiles; --', postcode: '%00 & ?' },
    });
  });

  it('may be JSON numbers', async () => {
    await expectTaken({ postcode: 1001, address: 12.5, city: 0 }, { postcode: '1001', address: '12.5', city: '0' });
  });

  it('lose the space around them', async () => {
    await expectTaken({ first_name: ' Alice ', postcode: '\t01001' }, { first_name: 'Alice', postcode: '01001' });
  });

  it.each([
    ['Ukraine', 'UA'],
    ['ua', 'UA'],
    ['UKR', 'UA'],
    ['united states of america', 'US'],
    ['C\u00f4te d\u2019Ivoire', null],
    ['Atlantis', null],
    ['XX', null],
  ])('for a country may be %j, which comes back as sent', async (country, code) => {
    await expectTaken({ country });
    const [row] = await server.sql('SELECT country, country_code FROM profiles');
    expect(row).toMatchObject(code === null ? { country } : { country, country_code: code });
  });
});

describe('the date of birth', () => {
  it.each<unknown>([
    ...['Saturday', '10.05.2001', '2001-02-30', '0000-01-01', '2001-13-01', '2001-00-10', '2001-01-00', '1999-02-29'],
    ...['2001-1-1', '20010101', '01-02-2001', '2001/01/02', '2001-01-01T00:00:00Z', ' 2001-01-01', '2001-01-01\n'],
    ...['+02001-01-01', '-2001-01-01', '12001-01-01', '2001-W01-1', '2001-001', 'now', 'infinity', '-infinity'],
    ...['epoch', 'yesterday', '1990-05-17 BC', '\uff11990-05-17', '1990\u201105\u201117', "1990-05-17'--"],
    ...[19900517, 1990, 0, -1, 642_902_400_000, 1.5],
    ...['1800-01-01', '0001-01-01', '9999-12-31', '2999-01-01'],
  ])('%j is invalid', async (dob) => {
    await expectRefusal({ ...PROFILE, dob }, 'dob is invalid');
  });

  it.each(ENCODINGS)('is invalid alike when sent as %s', async (_, encode) => {
    await expectRefusal(encode({ ...PROFILE, dob: '10.05.2001' }), 'dob is invalid');
    await expectRefusal(encode({ ...PROFILE, dob: '1800-01-01' }), 'dob is invalid');
  });

  it.each(['1952-02-29', '2000-02-29', '1970-01-01', '1969-12-31', '1999-12-31'])('%s comes back', (dob) =>
    expectTaken({ dob }),
  );

  it.each([
    ['of somebody who is 18 today', `- interval '18 years'`, true],
    ['of somebody who is 18 tomorrow', `- interval '18 years' + interval '1 day'`, false],
    ['of somebody who is 120 today', `- interval '120 years'`, true],
    ['of somebody who is 121 tomorrow', `- interval '121 years' + interval '1 day'`, true],
    ['of somebody who is 121 today', `- interval '121 years'`, false],
    ['of today', '', false],
    ['of tomorrow', `+ interval '1 day'`, false],
  ])('%s', async (_, distance, isGood) => {
    const [{ dob = '' } = {}] = await server.sql<{ dob: string }>(
      `SELECT to_char(current_date ${distance}, 'YYYY-MM-DD') AS dob`,
    );
    if (isGood) await expectTaken({ dob });
    else await expectRefusal({ ...PROFILE, dob }, 'dob is invalid');
  });

  it('out of range is told by a code of its own', async () => {
    expect((await submit(server, token, { ...PROFILE, dob: '1800-01-01' })).body).toMatchObject({
      code: 'profile.invalid_dob',
    });
  });
});
