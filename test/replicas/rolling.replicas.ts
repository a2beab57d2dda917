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

  if (process.env.SHOW) console.error(load.answered, await reasks(), all.balancer.errors().slice(-3000));
  expect(load.lost).toEqual({});
  expect(endings.map(({ code, stderr }) => [code, stderr])).toEqual(all.members.map(() => [0, '']));
  expect(await load.missing()).toEqual([]);
  await jobsDone(all);
  const mails = all.relay.received.flatMap(({ recipients }) => recipients);
  expect(load.signedUp.map((email) => [email, mails.filter((to) => to === email).length])).toEqual(
    load.signedUp.map((email) => [email, 1]),
  );
});

async function reasks() {
  const p = await all.balancer.passages();
  const again = p.filter(({ upstreams }) => upstreams.length > 1);
  return [p.length, again.length, again.filter((x) => x.method === 'POST').length];
}
