import os from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import bcrypt from 'bcrypt';

/** F1: passwords checked on every core and nothing else. Told a number of checks, answers when they are done. */
const PASSWORD = 'a password of the benchmark';

if (isMainThread) startMain(Number(process.argv[2]));
else startWorker();

function startMain(cost) {
  const hash = bcrypt.hashSync(PASSWORD, cost);
  const workers = Array.from(
    { length: os.availableParallelism() },
    () => new Worker(new URL(import.meta.url), { workerData: hash }),
  );
  process.on('message', (total) => {
    let begun = 0;
    let done = 0;
    const next = (worker) => {
      if (begun >= total) return;
      begun += 1;
      worker.once('message', () => {
        done += 1;
        if (done === total) process.send(done);
        else next(worker);
      });
      worker.postMessage('check');
    };
    for (const worker of workers) next(worker);
  });
}

function startWorker() {
  parentPort.on('message', () => parentPort.postMessage(bcrypt.compareSync(PASSWORD, workerData)));
}
