import { randomBytes } from 'node:crypto';
import { Config, ConfigError } from '../../src/config/config.js';

/** What a secret may look like; none of them is one. */
export const SECRETS: Record<string, string> = {
  SECRET_KEY: randomBytes(32).toString('base64'),
  DATABASE_URL: 'postgres://barong:secret@postgres.example/barong',
  DATABASE_DIRECT_URL: 'postgres://barong:secret@postgres.example/barong',
  SMTP_URL: 'smtps://user:secret@mail.example',
  SMS_URL: 'https://sms.example/hook',
  STORAGE_URL: 's3://KEY:SECRET@s3.example/documents',
  REDIS_URL: 'rediss://:secret@redis.example:6380',
  EVENTS_URL: 'amqps://user:secret@rabbitmq.example',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret',
  REGISTRATION_TOKEN: 'r'.repeat(40),
};

/** Settings that no manifest sets. A new one belongs here or into deploy/kubernetes/base, whichever is decided. */
export const LEFT_OUT = [
  // Made with a command, once: no server needs them.
  ...['ADMIN_EMAIL', 'ADMIN_PASSWORD', 'SEED_FILE'],
  // Uploads are in a bucket, and the embedded database is for development.
  ...['DATA_DIR'],
  // What everybody wants otherwise is said in an overlay.
  ...['AUDIT_RETENTION_DAYS', 'BCRYPT_COST', 'BREACHED_PASSWORDS_URL', 'DATABASE_POOL', 'HOST', 'JWT_LIFETIME'],
  ...['KEY_ROTATION_DAYS', 'METRICS_HOST', 'SCAN_URL', 'SMS_COUNTRIES', 'SMS_PER_DAY'],
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME', 'OTEL_TRACES_SAMPLER_ARG'],
  // Refused in production unless it is on.
  ...['RATE_LIMITS'],
].sort();

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
  // Some are only asked for in production, and some beside another.
  problemsOf(environment({ NODE_ENV: 'production', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' }));
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
