import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Config, ConfigError } from '../../src/config/config.js';

async function load(EVENTS_URL: string): Promise<Config | readonly string[]> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'barong-config-'));
  try {
    return Config.load({ NODE_ENV: 'test', DATA_DIR: dataDir, EVENTS_URL });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

describe('EVENTS_URL', () => {
  it.each([
    'amqp://localhost',
    'amqps://user:a%2Fb@rabbitmq.internal:5671/accounts%2Feu',
    'amqp://user:password@[::1]:5672/?exchange=transient',
    'amqp://host/vhost?exchange=durable',
  ])('may be %s', async (url) => {
    expect(await load(url)).toMatchObject({ eventsUrl: url });
  });

  it('is unset when it is empty', async () => {
    expect(await load('')).toMatchObject({ eventsUrl: undefined });
  });

  it.each([
    ['http://user:secret@host', 'EVENTS_URL must be a URL that starts with amqp:// or amqps://'],
    ['amqp://user:secret@', 'EVENTS_URL cannot be read: is something in the password not percent-encoded?'],
    ['amqp://user:sec/secret@host', 'EVENTS_URL cannot be read: is something in the password not percent-encoded?'],
    ['amqp://user:%zz@host', 'EVENTS_URL cannot be read: is something in the password not percent-encoded?'],
    ['amqp:///vhost', 'EVENTS_URL must name a host, such as amqp://user:password@rabbitmq.internal'],
    ['amqp://host/accounts/eu', 'EVENTS_URL must end in one virtual host: a slash in it is %2F'],
    ['amqp://host?heartbeat=0', 'EVENTS_URL takes no parameter but exchange=durable or exchange=transient'],
    ['amqp://host?exchange=fanout', 'EVENTS_URL takes no parameter but exchange=durable or exchange=transient'],
  ])('may not be %s, and what is said does not repeat it', async (url, problem) => {
    expect(await load(url)).toEqual([problem]);
  });
});
