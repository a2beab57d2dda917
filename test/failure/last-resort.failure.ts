import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, until } from '../boot/program.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ALL_FINE, cheapStatuses, isReady, type Serving, serve, signUp } from './serving.js';

let program: Program;
let database: TestDatabase;
let faulty: Serving;
let unheard: Serving;
beforeAll(async () => {
  [program, database] = await Promise.all([Program.build(), createTestDatabase()]);
  const NODE_OPTIONS = `--import ${path.join(import.meta.dirname, 'faults.mjs')}`;
  [faulty, unheard] = await Promise.all([
    serve(program, database.url, { NODE_OPTIONS, LOG_LEVEL: 'error' }),
    serve(program, database.url),
  ]);
});
afterAll(async () => {
  await program.remove();
  await database.drop();
});

/** What the process has said in JSON. */
const entries = () =>
  faulty.process.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const nextFault = () => void process.kill(faulty.process.pid, 'SIGUSR2');

describe('what nobody has caught (C-60)', () => {
  it('is written down when it was a promise, and the process goes on', async () => {
    for (const error of ['Error', 'string']) {
      const before = entries().length;
      nextFault();
      await until(() => entries().length > before);
      expect(entries().slice(before)).toEqual([
        expect.objectContaining({ context: 'Process', error, msg: 'a promise failed that nobody waited for' }),
      ]);
      expect([await isReady(faulty), await cheapStatuses(faulty)]).toEqual([true, ALL_FINE]);
    }
  });

  it('ends the process when it was an exception, and that is written down too', async () => {
    const before = entries().length;
    nextFault();
    const { code, stdout, stderr } = await faulty.process.ended;
    expect([code, stderr]).toEqual([1, '']);
    const msg = 'an exception that nobody caught ends the process';
    const stack: unknown = expect.stringContaining('faults.mjs');
    expect(entries().slice(before)).toEqual([
      expect.objectContaining({ context: 'Process', error: 'Error', msg, stack }),
    ]);
    // Neither of the three has told more than its name and where it came from (C-59).
    expect(stdout).not.toContain('hunter2');
  });
});

describe('a log that nobody reads any more (C-87)', () => {
  it('is not waited for when the process ends', async () => {
    const serving = await serve(program, database.url);
    serving.process.stopReading();
    // More than a pipe takes.
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 25 }, () => isReady(serving)));
    }
    serving.process.signal('SIGTERM');
    expect((await serving.process.exited).code).toBe(0);
  });

  it('ends nothing', async () => {
    unheard.process.closeOutputs();
    for (const person of ['one', 'two', 'three']) {
      expect((await signUp(unheard, `${person}@example.com`)).status).toBe(201);
    }
    expect(await isReady(unheard)).toBe(true);
    unheard.process.signal('SIGTERM');
    expect((await unheard.process.ended).code).toBe(0);
  });
});
