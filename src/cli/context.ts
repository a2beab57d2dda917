import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { openDatabase } from '../boot/database.js';
import { Config } from '../config/config.js';
import { JsonLogger } from '../infra/telemetry/logger.js';

/** Runs something that needs the database; the embedded one is started and stopped around it if need be. */
export async function withDatabase(work: (config: Config) => Promise<void>): Promise<void> {
  const config = Config.load();
  const database = await openDatabase(config, (line) => process.stderr.write(`${line}\n`));
  try {
    await work(config);
  } finally {
    await database.release();
  }
}

/** What a command runs in: the application, and what only commands have. */
@Module({})
class CommandModule {}

/**
 * Runs something that needs the application's services. Nothing listens and no jobs are done.
 * @param modules that the server has not
 */
export function withApp(
  work: (app: INestApplicationContext, config: Config) => Promise<void>,
  modules: Type[] = [],
): Promise<void> {
  return withDatabase(async (config) => {
    const root = { module: CommandModule, imports: [AppModule.of(config), ...modules] };
    const app = await NestFactory.createApplicationContext(root, {
      logger: new JsonLogger('silent'),
      abortOnError: false,
    });
    try {
      await work(app, config);
    } finally {
      await app.close();
    }
  });
}

/** As withApp, with one service. */
export function withService<T>(service: Type<T>, work: (service: T) => Promise<void>): Promise<void> {
  return withApp((app) => work(app.get(service)));
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
