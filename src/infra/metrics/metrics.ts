import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Everything this program counts, by name; docs/metrics.md explains each. Labels have few values, all of them ours:
 * never a uid, an address, a token or anything else that a caller sent (CONTROLS C-59).
 */
export const registry = new Registry();

const registers = [registry];
const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
  new Counter<Label>({ name, help, labelNames, registers });
const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
  new Gauge<Label>({ name, help, labelNames, registers });
const histogram = <Label extends string>(name: string, help: string, buckets: number[], labelNames: Label[]) =>
  new Histogram<Label>({ name, help, buckets, labelNames, registers });

export const requests = counter(
  'barong_http_requests_total',
  'Requests by method, pattern of the route and status; 499: the caller went away',
  'method',
  'route',
  'status',
);

export const requestDuration = histogram(
  'barong_http_request_duration_seconds',
  'Time until a request was answered, by method and pattern of the route',
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ['method', 'route'],
);

export const hashQueue = gauge(
  'barong_hash_queue_tasks',
  'Passwords that wait for a hashing thread or are in one',
  'state',
);

export const hashRefusals = counter(
  'barong_hash_refusals_total',
  'Requests refused with 503 because too many passwords waited to be hashed',
);

/** inactive: a right password of an account that may not act. Those with a right password that wait for a code are none. */
const SIGN_IN_RESULTS = [
  'success',
  'wrong_password',
  'wrong_factor',
  'wrong_passkey',
  'limited',
  'locked',
  'inactive',
] as const;
export type SignInResult = (typeof SIGN_IN_RESULTS)[number];

const signIns = counter(
  'barong_sign_ins_total',
  'Sign-ins by how they ended, over the API, the pages and OAuth',
  'result',
);
for (const result of SIGN_IN_RESULTS) signIns.inc({ result }, 0);

export const countSignIn = (result: SignInResult): void => signIns.inc({ result });

const GRANTS = {
  session: 'session',
  session_renewal: 'session_renewal',
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code': 'device_code',
};

const tokens = counter(
  'barong_tokens_issued_total',
  'Access tokens by the grant they were issued for; session: POST /sessions',
  'grant',
);
for (const grant of Object.values(GRANTS)) tokens.inc({ grant }, 0);

/** @param type `grant_type` of OAuth, or `session` and `session_renewal` of the API */
export function countToken(type: string): void {
  tokens.inc({ grant: Object.hasOwn(GRANTS, type) ? GRANTS[type as keyof typeof GRANTS] : 'other' });
}

export const limitsHit = counter(
  'barong_limits_hit_total',
  'Refusals with 429, by the limit that was reached',
  'limit',
);

export const jobs = counter(
  'barong_jobs_total',
  'Jobs by task and outcome: done, failed (tried again unless it was given up), given_up',
  'task',
  'outcome',
);

export const jobsWaiting = gauge('barong_jobs_waiting', 'Jobs that are due, by task; of all replicas together', 'task');

export const jobsOldest = gauge(
  'barong_jobs_oldest_age_seconds',
  'How long the oldest job of a task has been due',
  'task',
);

export const jobsDead = gauge('barong_jobs_dead', 'Jobs that were given up and wait for staff, by task', 'task');

export const mails = counter('barong_mails_total', 'Mails handed to the mail server: sent or failed', 'outcome');

export const sms = counter('barong_sms_total', 'SMS handed to the provider: sent or failed', 'outcome');
for (const counter of [mails, sms]) for (const outcome of ['sent', 'failed']) counter.inc({ outcome }, 0);

/** Counts what was taken and what was not; the error goes on to the caller. */
export async function countDelivery<T>(counter: Counter<'outcome'>, delivery: Promise<T>): Promise<T> {
  try {
    const result = await delivery;
    counter.inc({ outcome: 'sent' });
    return result;
  } catch (error) {
    counter.inc({ outcome: 'failed' });
    throw error;
  }
}

export const poolConnections = gauge(
  'barong_database_pool_connections',
  'Connections of the pool that requests use: busy or idle',
  'state',
);

export const poolSize = gauge('barong_database_pool_size', 'Most connections that the pool may have (DATABASE_POOL)');

export const poolWaiting = gauge('barong_database_pool_waiting', 'Queries that wait for a connection of the pool');

export const ready = gauge('barong_ready', '1 while /health/ready answers 200');

export const signingKeyActivated = gauge(
  'barong_signing_key_activated_timestamp_seconds',
  'When the key that signs now began to, by algorithm',
  'algorithm',
);

export const cleanUpRows = counter(
  'barong_clean_up_rows_total',
  'Rows removed because they had expired, by table',
  'table',
);

export const cleanUpBatch = histogram(
  'barong_clean_up_batch_seconds',
  'Time of one batch of the clean-up',
  [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  [],
);

export const cleanUpSucceeded = gauge(
  'barong_clean_up_last_success_timestamp_seconds',
  'When this process last went through a table without an error',
  'table',
);

export const cleanUpFailures = counter(
  'barong_clean_up_failures_total',
  'Clean-ups of a table that ended with an error',
  'table',
);

export const cleanUpBehind = gauge(
  'barong_clean_up_behind',
  '1 when the last clean-up of a table ended before all that had expired was gone',
  'table',
);
