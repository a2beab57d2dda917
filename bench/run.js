/** `npm run bench -- <name> …`: measures one thing; without a name, this server beside the floor under it. */
const BENCHMARKS = {
  floors: './beside-floors.js',
  admin: './admin-list.js',
  'clean-up': './clean-up.js',
  'row-sizes': './row-sizes.js',
};

const [first = 'floors'] = process.argv.slice(2);
const isName = !first.startsWith('-');
const script = BENCHMARKS[isName ? first : 'floors'];
if (script) {
  // Each reads what follows as if it had been started by itself.
  if (isName) process.argv.splice(2, 1);
  await import(script);
} else {
  console.error(`There is no benchmark "${first}", but: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 1;
}
