import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compare, load } from './measure.js';
import { startProcess, startServer, stopProcess } from './processes.js';

const floorScript = (name) => fileURLToPath(new URL(`./floors/${name}.js`, import.meta.url));

/** GET /accounts/me, signed in and with everything on, beside F2: a plain Nest route with one look-up. */
export async function compareLookUp(server, database, options) {
  const token = await server.signIn();
  const { uid } = await fetchMe(server, token);
  const floor = await startServer({
    script: floorScript('look-up'),
    env: { DATABASE_URL: database.url },
    path: `/accounts/${uid}`,
  });
  const figures = await compare(
    {
      floor: { run: load({ url: `${floor.url}/accounts/${uid}` }), pids: [floor.pid, database.pid] },
      subject: {
        run: load({ url: `${server.url}/api/v1/accounts/me`, headers: { authorization: `Bearer ${token}` } }),
        pids: [server.pid, database.pid],
      },
    },
    { ...options, warmUp: 5_000 },
  );
  await stopProcess(floor.child);
  return { name: 'GET /accounts/me', floorName: 'F2: one look-up', target: 0.7, stretch: 1, ...figures };
}

/** POST /sessions without limits beside F1: as many bcrypt checks as the cores can do. */
export function compareSignIn(server, database, options) {
  return compareWithBcrypt('POST /sessions', server, database, options, {});
}

/** The same with every limit counted: each sign-in comes from a network of its own, so that none has to wait. */
export function compareLimitedSignIn(server, database, options) {
  const setupRequest = (request) => ({
    ...request,
    headers: { ...request.headers, 'x-forwarded-for': randomAddress() },
  });
  return compareWithBcrypt('POST /sessions, limits on', server, database, options, { setupRequest });
}

async function compareWithBcrypt(name, server, database, options, more) {
  const floor = startProcess(floorScript('bcrypt'), {}, [String(options.cost)]);
  const runFloor = async (operations) => {
    floor.send(operations);
    await once(floor, 'message');
    return performance.now();
  };
  const request = {
    url: `${server.url}/api/v1/sessions`,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(server.credentials),
        ...more,
      },
    ],
  };
  const figures = await compare(
    {
      floor: { run: runFloor, pids: [floor.pid] },
      subject: { run: load(request), pids: [server.pid, database.pid] },
    },
    { ...options, warmUp: 16 },
  );
  await stopProcess(floor);
  return { name, floorName: 'F1: bcrypt alone', target: 0.85, stretch: 0.92, ...figures };
}

/** One of sixteen million. */
const randomAddress = () => `10.${[0, 0, 0].map(() => Math.floor(Math.random() * 256)).join('.')}`;

async function fetchMe(server, token) {
  const response = await fetch(`${server.url}/api/v1/accounts/me`, { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`GET /accounts/me: ${response.status}`);
  return response.json();
}
