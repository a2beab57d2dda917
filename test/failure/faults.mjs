// Loaded before a program by `node --import`: each SIGUSR2 is the next thing that nobody catches. 'hunter2' is what the
// errors of databases and other libraries carry along.
const fault = () =>
  Object.assign(new Error('a library gave up on hunter2', { cause: new Error('hunter2') }), {
    parameters: ['hunter2'],
    detail: 'Key (email)=(hunter2@example.com) already exists.',
  });
const faults = [
  () => void Promise.reject(fault()),
  () => void Promise.reject('hunter2'),
  () => {
    throw fault();
  },
];
process.on('SIGUSR2', () => faults.shift()?.());
