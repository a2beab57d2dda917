import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ApplicationsService, type NewApplication } from '../../src/applications/applications.service.js';
import { type TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';

/** One of our examples in a process of its own, registered with the server as an application of its own. */
export interface Example {
  url: string;
  clientId: string;
  stop(): Promise<void>;
}

/** The web application of examples/web-app. */
export async function startWebApp(server: TestApp, name = 'Example web app'): Promise<Example> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const application = { name, redirectUris: [`${url}/auth/barong/callback`], postLogoutRedirectUris: [`${url}/`] };
  const secret = randomBytes(24).toString('hex');
  const clientId = await register(server, { ...application, secret });
  const env = { CLIENT_ID: clientId, CLIENT_SECRET: secret, PORT: String(port), SELF_URL: url };
  return start(server, 'web-app', url, env);
}

/** The single-page application of examples/spa. */
export async function startSpa(server: TestApp): Promise<Example> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const clientId = await register(server, {
    name: 'Example page',
    kind: 'public',
    redirectUris: [`${url}/callback`],
    postLogoutRedirectUris: [`${url}/`],
    allowedOrigins: [url],
  });
  return start(server, 'spa', url, { CLIENT_ID: clientId, PORT: String(port) });
}

async function register(server: TestApp, application: NewApplication): Promise<string> {
  const created = await server.app.get(ApplicationsService).create(application, null);
  return created.application.uid;
}

async function start(server: TestApp, name: string, url: string, env: Record<string, string>): Promise<Example> {
  const script = fileURLToPath(new URL(`../../examples/${name}/server.js`, import.meta.url));
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ISSUER: server.url, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'exit');
  // Its first line says that it listens.
  await Promise.race([once(child.stdout, 'data'), exited]);
  if (child.exitCode !== null) throw new Error(`the example ended while starting:\n${output}`);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  return { url, clientId: env.CLIENT_ID ?? '', stop };
}
