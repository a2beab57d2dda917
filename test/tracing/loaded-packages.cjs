// Required by a process before anything else: has it tell at its end which packages of OpenTelemetry it has loaded.
const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () => {
    const names = Object.keys(Module._cache).map((file) => /@opentelemetry\/([\w-]+)/.exec(file)?.[1]);
    console.log(`LOADED ${[...new Set(names)].filter(Boolean).sort().join(' ')}`);
  });
}
