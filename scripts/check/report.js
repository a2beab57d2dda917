/** Ends a check: one problem a line on standard error and exit code 1, or nothing at all. */
export function report(problems) {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
