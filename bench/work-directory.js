import { makeWorkDirectory, removeWorkDirectory } from './database.js';
import { stopAll } from './processes.js';

/**
 * Gives a measurement a directory of its own. However it ends, also by Ctrl-C, what it started is ended and the directory
 * deleted.
 */
export async function inWorkDirectory(measure) {
  const directory = await makeWorkDirectory();
  const tidyUp = async () => {
    await stopAll();
    await removeWorkDirectory(directory);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void tidyUp().finally(() => process.exit(1)));
  try {
    await measure(directory);
  } finally {
    await tidyUp();
  }
}
