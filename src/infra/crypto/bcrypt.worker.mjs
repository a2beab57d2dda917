// @ts-check
// Runs in worker threads: bcrypt on libuv's pool would starve every signature that WebCrypto makes there.
// Plain JavaScript, so that the worker starts alike from the build and from the sources.
import bcrypt from 'bcrypt';

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
  const matches = bcrypt.compareSync(task.input, task.hash);
  for (const cost of task.padding) bcrypt.hashSync(task.input, cost);
  return matches;
}
