/** Something about the embedded database that a person can mend. The message is one line and says how. */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message.replaceAll(/\s*\n\s*/g, ' '), { cause });
    this.name = 'EmbeddedPostgresError';
  }
}

/** The line in a program's output that says why it failed; tidying up may have had the last word. */
export function reasonIn(output: string): string {
  const lines = output.trimEnd().split('\n');
  const line = lines.findLast((one) => /(FATAL|PANIC|error):/.test(one)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(?=(FATAL|PANIC):)/, '').trim();
}
