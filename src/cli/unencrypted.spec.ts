import { describe, expect, it } from '@jest/globals';
import { Config } from '../config/config.js';
import { unencryptedSettings } from './unencrypted.js';

const of = (env: NodeJS.ProcessEnv) => unencryptedSettings(Config.load({ NODE_ENV: 'test', ...env }));

describe('unencryptedSettings (CONTROLS C-22, C-59)', () => {
  it('are none where nothing is set', () => {
    expect(of({})).toEqual([]);
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:p@db.example/barong'],
    ['DATABASE_URL', 'postgres://u:p@10.0.0.5/barong'],
    ['DATABASE_URL', 'postgres://u:p@db.example/barong?sslmode=disable'],
    ['DATABASE_URL', 'postgres://u:p@db.example/barong?sslmode=no-verify'],
    ['REDIS_URL', 'redis://redis.example:6379'],
    ['SMTP_URL', 'smtp://u:p@mail.example:587'],
    ['SMTP_URL', 'smtp://u:p@mail.example:587?requireTLS=false'],
    ['SMTP_URL', 'smtps://u:p@mail.example?tls.rejectUnauthorized=false'],
    ['EVENTS_URL', 'amqp://u:p@rabbitmq.example'],
    ['EVENTS_URL', 'amqp://u:p@[2001:db8::5]'],
    ['REDIS_URL', 'redis://localhost.example'],
    ['SCAN_URL', 'clamd://10.0.0.6'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector.example:4318'],
  ])('name %s=%s', (name, value) => {
    expect(of({ [name]: value })).toEqual([name]);
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:p@db.example/barong?sslmode=verify-full'],
    ['DATABASE_URL', 'postgres://u:p@127.0.0.1/barong'],
    ['DATABASE_URL', 'postgres://u@localhost/barong?host=%2Fvar%2Frun%2Fpostgresql'],
    ['DATABASE_URL', 'postgres://u@[::1]/barong'],
    ['REDIS_URL', 'rediss://redis.example:6379'],
    ['REDIS_URL', 'redis://127.0.0.2:6379'],
    ['SMTP_URL', 'smtps://u:p@mail.example'],
    ['SMTP_URL', 'smtp://u:p@mail.example:587?requireTLS=true'],
    ['SMTP_URL', 'smtp://localhost:1025'],
    ['EVENTS_URL', 'amqps://u:p@rabbitmq.example'],
    ['EVENTS_URL', 'amqp://u:p@[::1]'],
  ])('do not name %s=%s', (name, value) => {
    expect(of({ [name]: value })).toEqual([]);
  });

  it('name both addresses of a database, and each setting of several', () => {
    const DATABASE_URL = 'postgres://u:p@pgbouncer.example/barong?pgbouncer=true';
    const DATABASE_DIRECT_URL = 'postgres://u:p@db.example/barong';
    const found = of({ DATABASE_URL, DATABASE_DIRECT_URL, REDIS_URL: 'redis://redis.example' });
    expect(found).toEqual(['DATABASE_URL', 'DATABASE_DIRECT_URL', 'REDIS_URL']);
  });
});
