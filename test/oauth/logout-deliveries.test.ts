import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { LogoutDeliveries } from '../../src/oauth/logout-deliveries.service.js';
import { PRODUCTION, startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/client.js';

let development: TestApp;
let production: TestApp;
let receiver: Server;
let heard: string[] = [];
let here: string;
beforeAll(async () => {
  // In Jest's sandbox the library does not find its own, weaker guard, and says so.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  development = await startApp();
  production = await startApp(PRODUCTION);
  receiver = createServer((request, response) => {
    heard.push(request.url ?? '');
    if (request.url === '/moved') response.writeHead(307, { location: '/logout' }).end();
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  here = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterEach(() => {
  heard = [];
});
afterAll(async () => {
  await development.close();
  await production.close();
  receiver.close();
});

/** Has an application told at this address; what the first try came to, or undefined when it went well. */
async function firstTry(server: TestApp, address: string): Promise<string | undefined> {
  const applications = server.app.get(ApplicationsService, { strict: false });
  const redirectUris = ['https://shop.example/callback'];
  const { uid } = (await applications.create({ name: 'Shop', redirectUris }, null)).application;
  await server.sql('UPDATE applications SET backchannel_logout_uri = $1 WHERE uid = $2', [address, uid]);
  await server.sql('DELETE FROM graphile_worker._private_jobs WHERE attempts > 0');
  const delivery = { clientId: uid, sub: 'ID0000000001', sid: 'session' };
  await server.app.get(LogoutDeliveries, { strict: false }).queue(delivery);
  return eventually(async () => {
    const [job] = await server.sql<{ error: string | null }>(
      `SELECT last_error AS error FROM graphile_worker._private_jobs JOIN graphile_worker._private_tasks AS tasks
         ON tasks.id = task_id WHERE identifier = 'oauth.backchannel_logout'`,
    );
    return job === undefined ? [undefined] : job.error !== null && [job.error];
  }).then(([error]) => error);
}

describe('back-channel logout at an address of the inside (C-58)', () => {
  it.each([
    ['plain http', () => `${here}/logout`, 'URL_REFUSED'],
    ['another port', () => `${here.replace('http:', 'https:')}/logout`, 'URL_REFUSED'],
    ['this machine', () => 'https://127.0.0.1/logout', 'ADDRESS_REFUSED'],
    ['this machine by name', () => 'https://localhost/logout', 'ADDRESS_REFUSED'],
    ["the cloud's metadata", () => 'https://169.254.169.254/latest', 'ADDRESS_REFUSED'],
    ['its own network', () => 'https://10.0.0.1/logout', 'ADDRESS_REFUSED'],
  ])('is not sent in production: %s', async (_, address, code) => {
    expect(await firstTry(production, address())).toBe(`OutgoingRefusal ${code}`);
    expect(heard).toEqual([]);
  });

  it('is sent in development, to this machine', async () => {
    expect(await firstTry(development, `${here}/logout`)).toBeUndefined();
    expect(heard).toEqual(['/logout']);
  });
});

describe('back-channel logout', () => {
  it('follows no redirect', async () => {
    expect(await firstTry(development, `${here}/moved`)).toBe('Error');
    expect(heard).toEqual(['/moved']);
  });
});
