import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jobsDone } from '../support/jobs.js';
import { Load } from './load.js';
import { type Replicas, startReplicas } from './replicas.js';

const VISITORS = 4;

let all: Replicas;
beforeAll(async () => {
  all = await startReplicas();
});
afterAll(() => all?.stop());

it('three servers are replaced one by one under load, and nothing gets lost (CONTROLS C-84)', async () => {
  const load = new Load(all);
  await load.start(VISITORS);
  const endings = [];
  for (const member of all.members) endings.push(await all.roll(member));
  await load.stop();

  expect(load.lost).toEqual({});
  expect(Object.keys(load.answered)).toHaveLength(8);
  expect(endings.map(({ code, stderr }) => [code, stderr])).toEqual(all.members.map(() => [0, '']));
  expect(await load.missing()).toEqual([]);
  await jobsDone(all);
  const mails = all.relay.received.flatMap(({ recipients }) => recipients);
  expect(load.signedUp.map((email) => [email, mails.filter((to) => to === email).length])).toEqual(
    load.signedUp.map((email) => [email, 1]),
  );
});
