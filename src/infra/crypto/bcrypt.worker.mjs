// @ts-check
// Runs in worker threads: bcrypt on libuv's pool would starve every signature that WebCrypto makes there.
// Plain JavaScript, so that the worker starts alike from the build and from the sources.
import bcrypt from 'bcrypt';

const MOST_BYTES = 72;

/**
 * @typedef {{ kind: 'hash', input: string, cost: number }} HashTask
 * @typedef {{ kind: 'compare', input: string, hash: string, padding: number[] }} CompareTask
 */

/**
 * @param {HashTask | CompareTask} task
 * @returns {string | boolean}
 */
export default function run(task) {
  if (task.kind === 'hash') return bcrypt.hashSync(task.input, task.cost);
  // Ruby's bcrypt cuts at 72 bytes under every prefix; the library counts anew at 256 under $2a$.
  const matches = bcrypt.compareSync(Buffer.from(task.input).subarray(0, MOST_BYTES), task.hash);
  for (const cost of task.padding) bcrypt.hashSync(task.input, cost);
  return matches;
}
