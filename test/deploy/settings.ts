import { randomBytes } from 'node:crypto';
import { Config, ConfigError } from '../../src/config/config.js';

/** What a secret may look like; none of them is one. */
export const SECRETS: Record<string, string> = {
  SECRET_KEY: randomBytes(32).toString('base64'),
  DATABASE_URL: 'postgres://barong:secret@postgres.example/barong',
  SMTP_URL: 'smtps://user:secret@mail.example',
  SMS_URL: 'https://sms.example/hook',
  STORAGE_URL: 's3://KEY:SECRET@s3.example/documents',
  REDIS_URL: 'rediss://:secret@redis.example:6380',
  EVENTS_URL: 'amqps://user:secret@rabbitmq.example',
  REGISTRATION_TOKEN: 'r'.repeat(40),
};

/** Names that class Config asks the environment for, found by watching it. */
export function knownSettings(): Set<string> {
  const names = new Set<string>();
  const environment = (values: Record<string, string>) =>
    new Proxy<NodeJS.ProcessEnv>(values, {
      get: (target, name: string) => {
        names.add(name);
        return target[name];
      },
    });
  Config.load(
    environment({ NODE_ENV: 'test', DATABASE_URL: 'postgres://localhost/x', SECRET_KEY: SECRETS.SECRET_KEY ?? '' }),
  );
  // Some are only asked for in production.
  problemsOf(environment({ NODE_ENV: 'production' }));
  return names;
}

/** Why the server would not start with these settings; nothing when it would. */
export function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    Config.load(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
