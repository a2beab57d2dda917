import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { databaseUrl, withAdministrator } from '../support/database.js';
import { Program } from './program.js';
import { freePort } from '../support/free-port.js';

const FRESH_DATABASE = `fresh_${process.pid}_${randomBytes(4).toString('hex')}`;

let program: Program;
beforeAll(async () => {
  program = await Program.build();
  await withAdministrator((admin) => admin.query(`CREATE DATABASE ${FRESH_DATABASE}`));
});
afterAll(async () => {
  await program.remove();
  await withAdministrator((admin) => admin.query(`DROP DATABASE IF EXISTS ${FRESH_DATABASE} WITH (FORCE)`));
});

it('lets two servers start at the same moment on a fresh database, with one set of keys and one admin', async () => {
  const ports = [await freePort(), await freePort()];
  const common = {
    DATABASE_URL: databaseUrl(FRESH_DATABASE),
    DATA_DIR: await program.makeDataDir(),
    BCRYPT_COST: '10',
  };
  const servers = ports.map((port) => program.start('main', { ...common, PORT: String(port) }));
  const keySets = await Promise.all(
    servers.map(async (server, index) => {
      const url = `http://localhost:${ports[index]}`;
      await server.ready(url);
      await server.printed('application_id=local-demo\n');
      return (await fetch(`${url}/oauth/jwks`)).json() as Promise<{ keys: { kid: string }[] }>;
    }),
  );
  expect(keySets[0]?.keys.length).toBeGreaterThan(0);
  expect(keySets[1]).toEqual(keySets[0]);
  // Exactly one of them made the admin and shows the password.
  expect(servers.filter((server) => server.stdout.includes('(shown this once)'))).toHaveLength(1);
});
