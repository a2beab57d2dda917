import { Logger } from '@nestjs/common';

/**
 * A promise that some library left alone and that failed is written down and the process goes on (CONTROLS C-60): it
 * belongs to no request, and thousands of others should not be cut off for it.
 */
export function outliveForgottenPromises(): void {
  const logger = new Logger('Process');
  process.on('unhandledRejection', (reason) => {
    const { name, stack } = reason instanceof Error ? reason : { name: typeof reason, stack: undefined };
    logger.error({ msg: 'a promise failed that nobody waited for', error: name, stack });
  });
}
