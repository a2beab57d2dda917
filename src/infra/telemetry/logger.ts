import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';
import type { LogLevel } from '../../config/config.js';
import { isTracing, traceIds } from '../tracing/spans.js';
import { LogOutput } from './log-output.js';

/** Nest's logger on pino: one JSON object a line. What is logged is chosen at each call; nothing is dumped whole. */
export class JsonLogger implements LoggerService {
  readonly pino: Pino;

  constructor(level: LogLevel) {
    const mixin = isTracing() && { mixin: () => traceIds() ?? {} };
    const timestamp = pino.stdTimeFunctions.isoTime;
    this.pino = pino({ level, base: undefined, messageKey: 'msg', timestamp, ...mixin }, new LogOutput());
  }

  log(message: unknown, context?: string): void {
    this.write(isFrameworkChatter(context) ? 'debug' : 'info', message, context);
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, context?: string): void {
    this.write('trace', message, context);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more.at(-1));
  }

  /** Nest passes a stack between message and context. */
  error(message: unknown, ...more: unknown[]): void {
    const stack = more.length > 1 ? more[0] : undefined;
    this.write('error', typeof message === 'string' ? { msg: message, stack } : message, more.at(-1));
  }

  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    context: unknown,
  ): void {
    const fields = typeof message === 'object' && message !== null ? message : { msg: String(message) };
    this.pino[level]({ context, ...fields });
  }
}

/** Nest tells every module and route that it finds; who looks for that sets LOG_LEVEL=debug. */
function isFrameworkChatter(context: string | undefined): boolean {
  return ['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication'].includes(
    context ?? '',
  );
}
