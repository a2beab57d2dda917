import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startApp, type TestApp } from '../support/app.js';
import { call, outbox, outcome } from '../support/client.js';
import { jobsDone } from '../support/jobs.js';

const PASSWORD = 'a long enough password';
const TAKEN = ['Email has already been taken'];

let replicas: TestApp[] = [];
beforeAll(async () => {
  const env = { RATE_LIMITS: 'off', SECRET_KEY: randomBytes(32).toString('base64') };
  const first = await startApp(env);
  replicas = [first, await startApp({ ...env, DATABASE_URL: first.config.databaseUrl })];
});
afterAll(async () => {
  for (const replica of replicas.reverse()) await replica.close();
});

describe.each([1, 2])('fifty sign-ups of one address at once, on %i replica(s)', (count) => {
  it('make one account, send one mail and tell the others (C-79)', async () => {
    const stored = `rush${count}@example.com`;
    const spellings = [stored, stored.toUpperCase(), ` Rush${count}@Example.com `, `\uff52ush${count}@example.com`];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        call(replicas[n % count], 'POST', '/api/v1/accounts', {
          body: { email: spellings[n % spellings.length], password: PASSWORD },
        }),
      ),
    );
    const outcomes = answers.map(outcome);
    expect(outcomes.filter(([status]) => status === 201)).toEqual([[201, null]]);
    expect(outcomes.filter(([status]) => status !== 201)).toEqual(Array.from({ length: 49 }, () => [422, TAKEN]));

    const server = replicas[0];
    await jobsDone(server);
    expect(await server.sql('SELECT 1 FROM accounts WHERE email = $1', [stored])).toHaveLength(1);
    expect(await outbox(server, stored)).toHaveLength(1);
  });
});
