import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { change, create, fill, get, givePrivate, list, newOwner, remove, TAKEN, TOO_MANY } from './labels.js';

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('labels under parallel calls', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startApp({ RATE_LIMITS: 'off' });
  });
  afterAll(() => server.close());

  it('are added once (C-70)', async () => {
    const { token } = await newOwner(server);
    const answers = await times(20, (n) => create(server, token, { key: 'same', value: `value-${n}` }));
    const created = answers.filter(({ status }) => status === 201);
    expect(created).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 201).map(outcome)).toEqual(Array(19).fill(TAKEN));
    expect((await get(server, token, 'same')).body).toEqual(created[0]?.body);
  });

  it('are removed once', async () => {
    const { token } = await newOwner(server);
    await create(server, token, { key: 'gone', value: 'abc' });
    const answers = await times(20, () => remove(server, token, 'gone'));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(19).fill(404)]);
  });

  it('end with one of the values that were sent', async () => {
    const { token } = await newOwner(server);
    await create(server, token, { key: 'busy', value: 'abc' });
    const answers = await times(20, (n) => change(server, token, 'busy', { value: `value-${n}` }));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await get(server, token, 'busy')).body.value).toMatch(/^value-\d+$/);
  });

  it('stay within the limit, to which those of staff do not count', async () => {
    const owner = await newOwner(server);
    await fill(server, owner, 95);
    await givePrivate(server, owner, 'by-staff', 'abc');
    const answers = await times(20, (n) => create(server, owner.token, { key: `more-${n}`, value: 'abc' }));
    expect(answers.filter(({ status }) => status !== 201).map(outcome)).toEqual(Array(15).fill(TOO_MANY));
    expect((await list(server, owner.token)).body).toHaveLength(101);
    await remove(server, owner.token, 'filled-1');
    expect((await create(server, owner.token, { key: 'again', value: 'abc' })).status).toBe(201);
  });
});
