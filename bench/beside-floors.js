import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareLimitedSignIn, compareLookUp, compareSignIn } from './comparisons.js';
import { startDatabase } from './database.js';
import { residentMegabytes, stopProcess } from './processes.js';
import { table } from './report.js';
import { measureStartUp, startBarong } from './server.js';
import { inWorkDirectory } from './work-directory.js';

/** What this server does, beside the floor under it, both measured now. See docs/performance.md. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    cost: { type: 'string', default: '11' },
  },
});
const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), cost: Number(values.cost) };

await inWorkDirectory(run);

async function run(workDirectory) {
  const { rounds, seconds, cost } = options;
  console.log(`${os.availableParallelism()} cores, Node ${process.versions.node}, bcrypt cost ${cost}`);
  const startUp = await measureStartUp(workDirectory);
  console.log(`first start   ${(startUp.firstMs / 1000).toFixed(1)} s, with a new database`);
  console.log(`later start   ${(startUp.laterMs / 1000).toFixed(1)} s`);
  console.log(`idle memory   ${startUp.idleMegabytes.toFixed(0)} MB`);

  console.log(`\nmeasuring: ${rounds} rounds of about ${seconds} s each, after one that is dropped`);
  const dataDir = path.join(workDirectory, 'load');
  const database = await startDatabase(dataDir);
  const server = await startBarong(dataDir, database.url, cost);
  const comparisons = [await compareLookUp(server, database, options), await compareSignIn(server, database, options)];
  const memory = await residentMegabytes(server.pid);
  await stopProcess(server.child);
  const limits = { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' };
  const limited = await startBarong(dataDir, database.url, cost, limits);
  comparisons.push(await compareLimitedSignIn(limited, database, options));
  console.log(`\n${table(comparisons)}`);
  console.log(`\nmemory after this  ${memory.toFixed(0)} MB`);
  console.log('A target (and what we strive for) is missed when both ratios are more than 10 % below it.');
}
