import { describe, expect, it } from '@jest/globals';
import { WorkQueue } from './work-queue.js';

const FOREVER = 60_000;
const busy = (): Error => new Error('busy');

/** Work that lasts until it is told to end. */
function work(log: string[], name: string): { run: () => Promise<string>; end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async (): Promise<string> => {
    log.push(name);
    await ended;
    return name;
  };
  return { run, end };
}

/** Lets everything happen that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a work queue', () => {
  it('runs so many at once and the others in order', async () => {
    const queue = new WorkQueue(2, FOREVER, busy);
    const log: string[] = [];
    const works = ['a', 'b', 'c', 'd'].map((name) => work(log, name));
    const results = works.map(({ run }) => queue.run(run));
    await settle();
    expect(log).toEqual(['a', 'b']);
    works[1]?.end();
    await settle();
    expect(log).toEqual(['a', 'b', 'c']);
    for (const { end } of works) end();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on after work that failed', async () => {
    const queue = new WorkQueue(1, FOREVER, busy);
    const fails = () => Promise.reject(new Error('failed'));
    const results = [queue.run(fails), queue.run(fails), queue.run(() => Promise.resolve('done'))];
    expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(await queue.run(() => Promise.resolve('more'))).toBe('more');
  });

  it('refuses what has waited too long, and only that', async () => {
    const queue = new WorkQueue(1, 1, busy);
    const log: string[] = [];
    const long = work(log, 'long');
    const running = queue.run(long.run);
    await expect(queue.run(work(log, 'late').run)).rejects.toThrow('busy');
    long.end();
    expect(await running).toBe('long');
    expect(await queue.run(() => Promise.resolve('next'))).toBe('next');
    expect(log).toEqual(['long']);
  });
});
