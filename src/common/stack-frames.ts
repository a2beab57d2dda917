/**
 * Where an error came from, and nothing that it says: the messages of databases, mail servers and parsers repeat what
 * they were given (CONTROLS C-59). Undefined for what is no error.
 */
export function stackFrames(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
