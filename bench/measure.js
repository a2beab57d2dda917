import { readFile, readdir } from 'node:fs/promises';
import autocannon from 'autocannon';

/** Linux tells times of processes in hundredths of a second. */
const TICK_US = 10_000;
const CONNECTIONS = 16;
const REQUEST_TIMEOUT_S = 30;

/**
 * Measures a floor and a subject in turns, so that whatever else the machine does hits both alike. Both are warmed up
 * before, by which the rounds are sized, and the first round is dropped.
 * @param contestants `{floor, subject}`: each has `run(operations)` and `pids`, the processes whose time counts
 * @param options `warmUp`: operations until all that matters is compiled
 * @returns medians for both: `{perSecond, cpuUs}` an operation
 */
export async function compare(contestants, { rounds, seconds, warmUp }) {
  const found = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  const sizes = {};
  for (const [name, contestant] of Object.entries(contestants)) {
    await measureRound(contestant, warmUp);
    const { perSecond } = await measureRound(contestant, warmUp);
    sizes[name] = Math.max(CONNECTIONS, Math.round(seconds * perSecond));
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const result = await measureRound(contestant, sizes[name]);
      if (round > 0) found[name].push(result);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, results]) => [name, medians(results)]));
}

/** Load by autocannon: so many connections, each with one request at a time; throws unless every answer is a 2xx. */
export function load(request) {
  return async (operations) => {
    let finishedAt = 0;
    const options = { ...request, connections: CONNECTIONS, pipelining: 1, amount: operations };
    const run = autocannon({ ...options, timeout: REQUEST_TIMEOUT_S });
    // autocannon itself notices the end up to a second late.
    run.on('response', () => (finishedAt = performance.now()));
    const { '2xx': good, non2xx, errors } = await run;
    if (good < operations || errors > 0) throw new Error(`${request.url}: ${non2xx} refused, ${errors} failed`);
    return finishedAt;
  };
}

async function measureRound({ run, pids }, operations) {
  const cpuBefore = await cpuUs(pids);
  const startedAt = performance.now();
  const finishedAt = await run(operations);
  const cpu = (await cpuUs(pids)) - cpuBefore;
  return { perSecond: (operations * 1000) / (finishedAt - startedAt), cpuUs: cpu / operations };
}

function medians(results) {
  const of = (key) => median(results.map((result) => result[key]));
  return { perSecond: of('perSecond'), cpuUs: of('cpuUs') };
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** User and system time of processes and their children, dead or alive, in microseconds; NaN where there is no /proc. */
async function cpuUs(pids) {
  const times = await processTimes();
  const ofTree = (pid) => {
    const { own, reaped } = times.get(pid) ?? { own: Number.NaN, reaped: 0 };
    const children = [...times.values()].filter(({ parent }) => parent === pid);
    return own + reaped + children.reduce((sum, child) => sum + child.own, 0);
  };
  return pids.reduce((sum, pid) => sum + ofTree(pid), 0) * TICK_US;
}

/** What /proc/<pid>/stat says (proc_pid_stat(5), fields 4 and 14 to 17), in ticks. */
async function processTimes() {
  const times = new Map();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
    if (stat === undefined) continue;
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    times.set(Number(name), { parent: fields[1], own: fields[11] + fields[12], reaped: fields[13] + fields[14] });
  }
  return times;
}
