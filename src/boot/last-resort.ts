import { Logger } from '@nestjs/common';
import { stackFrames } from '../common/stack-frames.js';

/**
 * What nobody else has caught (CONTROLS C-60). A promise that some library left alone is written down and the process
 * goes on: it belongs to no request, and thousands of others should not be cut off for it. After an exception the
 * process ends, since whatever it was thrown through may be half done. Errors carry values and rows along (C-59): their
 * name and where they came from are told, and nothing else of them.
 */
export function installLastResort(): void {
  const logger = new Logger('Process');
  const tell = (msg: string, what: unknown): void => {
    const error = what instanceof Error ? what.name : typeof what;
    logger.error({ msg, error, stack: stackFrames(what) });
  };
  process.on('unhandledRejection', (reason) => tell('a promise failed that nobody waited for', reason));
  process.on('uncaughtException', (error) => {
    tell('an exception that nobody caught ends the process', error);
    process.exit(1);
  });
  // Nobody reads on, or the disk that they go to is full (C-87).
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
}
