import { randomBytes } from 'node:crypto';
import { type Program, type ProgramProcess, statusOf, until } from '../boot/program.js';
import { freePort } from '../support/free-port.js';

export const ADMIN = { email: 'admin@barong.test', password: 'the first admin of tests' };
export const PASSWORD = 'a long enough password';
/** Replicas read what any of them wrote. */
export const SECRET_KEY = randomBytes(32).toString('base64');

/** What production asks for, as if a proxy that ends TLS stood in front; nothing is sent anywhere. */
export const PRODUCTION = {
  ...{ NODE_ENV: 'production', PUBLIC_URL: 'https://accounts.example', RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' },
  ...{ SMTP_URL: 'smtp://127.0.0.1:9', SMS_URL: 'https://sms.example/hook' },
};

/** A server in a process of its own. */
export interface Serving {
  url: string;
  process: ProgramProcess;
}

export interface Answer {
  status: number;
  body: unknown;
  retryAfter: string | null;
}

/**
 * Starts the program as in development, jobs that repeat included, and waits until it is ready.
 * @param databaseUrl without one it brings a database of its own along
 * @param through as `Program.start` has it
 */
export async function serve(
  program: Program,
  databaseUrl: string | undefined,
  env: NodeJS.ProcessEnv = {},
  through: readonly string[] = [],
): Promise<Serving> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: url, DATABASE_URL: databaseUrl },
    ...{ DATA_DIR: await program.makeDataDir(), SECRET_KEY, BCRYPT_COST: '10', RATE_LIMITS: 'off' },
    ...{ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password },
    ...env,
  };
  const process = program.start('main', settings, [], through);
  await process.ready(url);
  return { url, process };
}

/** One request, with a body of JSON when one is given. */
export async function send(
  { url }: Pick<Serving, 'url'>,
  method: string,
  path: string,
  more: { body?: object; token?: string } = {},
): Promise<Answer> {
  const { body, token } = more;
  const response = await fetch(url + path, {
    method,
    headers: {
      connection: 'close',
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: parse(text), retryAfter: response.headers.get('retry-after') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const signUp = (server: Pick<Serving, 'url'>, email: string): Promise<Answer> =>
  send(server, 'POST', '/api/v1/accounts', { body: { email, password: PASSWORD } });

export const signIn = (server: Pick<Serving, 'url'>, person = ADMIN, more: object = {}): Promise<Answer> =>
  send(server, 'POST', '/api/v1/sessions', { body: { ...person, application_id: 'local-demo', ...more } });

/** The token of a sign-in that must succeed. */
export async function tokenOf(server: Pick<Serving, 'url'>, person = ADMIN, more: object = {}): Promise<string> {
  const { status, body } = await signIn(server, person, more);
  if (status !== 201) throw new Error(`sign-in: ${status} ${JSON.stringify(body)}`);
  return String(body);
}

export const me = (server: Pick<Serving, 'url'>, token: string): Promise<Answer> =>
  send(server, 'GET', '/api/v1/accounts/me', { token });

/** What whoever comes meanwhile is told: to come back, and when. */
export const AWAY = { status: 503, said: 'The service is temporarily unavailable', comesBack: true };

export const refusalOf = ({ status, body, retryAfter }: Answer) => ({
  status,
  said: (body as { error?: unknown }).error,
  comesBack: /^[1-9]$/.test(retryAfter ?? ''),
});

export const isReady = async ({ url }: Pick<Serving, 'url'>): Promise<boolean> =>
  (await statusOf(`${url}/health/ready`)) === 200;
export const untilReady = (server: Pick<Serving, 'url'>): Promise<void> => until(() => isReady(server));

/** What needs no database is answered whatever happens to it. */
export async function cheapStatuses({ url }: Pick<Serving, 'url'>): Promise<(number | undefined)[]> {
  const paths = ['/health/live', '/oauth/jwks', '/.well-known/openid-configuration'];
  return Promise.all(paths.map((path) => statusOf(url + path)));
}
export const ALL_FINE = [200, 200, 200];

/** Waits until no mail or the like waits any more. */
export async function untilJobsAreDone(sql: (text: string) => Promise<{ waiting: number }[]>): Promise<void> {
  await until(async () => {
    const [row] = await sql(
      `SELECT count(*)::int AS waiting FROM graphile_worker.jobs WHERE task_identifier LIKE 'notifications.%'`,
    );
    return row?.waiting === 0;
  });
}
