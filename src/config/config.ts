import { existsSync } from 'node:fs';
import path from 'node:path';
import { isIP } from 'node:net';
import { readBreachedPasswordsUrl } from './breached-passwords-url.js';
import { SettingsReader } from './parse.js';
import { readDatabaseUrls } from './database-urls.js';
import { developmentSecretKey } from './development-secret.js';
import { readEventsUrl } from './events-url.js';
import { readMetricsPort } from './metrics-port.js';
import { readRegistrationToken } from './registration-token.js';
import { type ScannerAddress, readScannerAddress } from './scanner-address.js';
import { type SecretKey, parseSecretKeys } from './secret-key.js';
import { type SmsProvider, readSmsProviders } from './sms-provider.js';
import { type StorageBucket, readStorageBucket } from './storage-bucket.js';
import { type TraceExport, readTraceExport } from './trace-export.js';

export type Environment = 'development' | 'test' | 'production';
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Thrown with one sentence a problem; whoever starts the process prints them and exits 1. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** Every setting, typed, checked and frozen. The only reader of the environment. */
export class Config {
  readonly environment: Environment;
  readonly port: number;
  readonly host: string;
  /** Issuer and base of every link; no slash at the end. */
  readonly publicUrl: string;
  /** Undefined: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** PostgreSQL itself, where a pooler stands at `databaseUrl`; undefined: as that. */
  readonly databaseDirectUrl: string | undefined;
  /** Whether each transaction at `databaseUrl` may get another connection to PostgreSQL, as pgbouncer does it. */
  readonly databasePooled: boolean;
  /** Connections of one process. */
  readonly databasePool: number;
  /** Absolute path. */
  readonly dataDir: string;
  /** Undefined: counters are in the database. */
  readonly redisUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** First choice first; none: the development outbox. */
  readonly sms: readonly SmsProvider[];
  /** ISO 3166-1 alpha-2 in upper case; empty: all countries. */
  readonly smsCountries: readonly string[];
  /** SMS that go out in a day at most. */
  readonly smsPerDay: number;
  /** Undefined: uploads stay in `dataDir`. */
  readonly storage: StorageBucket | undefined;
  /** Undefined: uploads are not looked at for malware. */
  readonly scanner: ScannerAddress | undefined;
  /** RabbitMQ; undefined: events go to webhooks only. */
  readonly eventsUrl: string | undefined;
  readonly appName: string;
  readonly rateLimits: boolean;
  readonly signupDisclosure: 'compat' | 'neutral';
  /** The first makes new values, all are read. */
  readonly secretKeys: readonly SecretKey[];
  /** Seconds; what a session token lives when nothing else is asked. */
  readonly jwtLifetime: number;
  readonly bcryptCost: number;
  /** No slash at the end; undefined: new passwords are checked against our own list only. */
  readonly breachedPasswordsUrl: string | undefined;
  /** Days that a key signs before the next one takes over; 0: until somebody rotates it. */
  readonly keyRotationDays: number;
  /** What may register OAuth clients (RFC 7591); undefined: nothing. */
  readonly registrationToken: string | undefined;
  /** CIDRs or addresses whose `X-Forwarded-*` count. */
  readonly trustProxy: readonly string[];
  readonly adminEmail: string | undefined;
  readonly adminPassword: string | undefined;
  /** Absolute path; undefined when there is nothing to seed. */
  readonly seedFile: string | undefined;
  readonly logLevel: LogLevel;
  /** Undefined: nobody is told any metrics. */
  readonly metricsPort: number | undefined;
  /** Address that the metrics' port binds to. */
  readonly metricsHost: string;
  /** Undefined: there are no traces. */
  readonly traces: TraceExport | undefined;
  /** Days; undefined: the audit log is kept for ever. */
  readonly auditRetentionDays: number | undefined;

  private constructor(env: NodeJS.ProcessEnv) {
    const read = new SettingsReader(env);
    this.environment = read.choice('NODE_ENV', 'development', ['development', 'test', 'production']);
    this.port = read.integer('PORT', 3000, 0, 65535);
    this.host = read.text('HOST') ?? '0.0.0.0';
    this.publicUrl = readPublicUrl(read, this.port);
    const database = readDatabaseUrls(read);
    this.databaseUrl = database.url;
    this.databaseDirectUrl = database.directUrl;
    this.databasePooled = database.pooled;
    this.databasePool = read.integer('DATABASE_POOL', 10, 1, 100);
    this.dataDir = path.resolve(read.text('DATA_DIR') ?? './data');
    this.redisUrl = read.url('REDIS_URL', ['redis', 'rediss']);
    this.smtpUrl = read.url('SMTP_URL', ['smtp', 'smtps']);
    this.sms = readSmsProviders(read, this.isProduction);
    this.smsCountries = readCountries(read);
    this.smsPerDay = read.integer('SMS_PER_DAY', 2000, 1, 10_000_000);
    this.storage = readStorageBucket(read);
    this.scanner = readScannerAddress(read);
    this.eventsUrl = readEventsUrl(read);
    this.appName = readAppName(read);
    this.mailFrom = read.text('MAIL_FROM') ?? `${this.appName} <no-reply@${new URL(this.publicUrl).hostname}>`;
    this.rateLimits = read.choice('RATE_LIMITS', 'on', ['on', 'off']) === 'on';
    this.signupDisclosure = read.choice('SIGNUP_DISCLOSURE', 'compat', ['compat', 'neutral']);
    this.jwtLifetime = read.integer('JWT_LIFETIME', 14_400, 1, 86_400);
    this.bcryptCost = read.integer('BCRYPT_COST', 11, 10, 15);
    this.breachedPasswordsUrl = readBreachedPasswordsUrl(read, this.isProduction);
    this.keyRotationDays = read.integer('KEY_ROTATION_DAYS', 90, 0, 3650);
    this.registrationToken = readRegistrationToken(read);
    this.trustProxy = readTrustProxy(read);
    this.adminEmail = read.text('ADMIN_EMAIL') ?? (this.isProduction ? undefined : 'admin@barong.test');
    this.adminPassword = read.text('ADMIN_PASSWORD');
    const seedFile = read.text('SEED_FILE') ?? (this.isProduction ? undefined : 'config/seed.yml');
    this.seedFile = seedFile && path.resolve(seedFile);
    this.logLevel = read.choice('LOG_LEVEL', 'info', LOG_LEVELS);
    this.metricsPort = readMetricsPort(read, this.port);
    this.metricsHost = read.text('METRICS_HOST') ?? this.host;
    this.traces = readTraceExport(read);
    this.auditRetentionDays = read.integer('AUDIT_RETENTION_DAYS', undefined, 30, 36_500);
    if (this.isProduction) read.problems.push(...this.developmentDefaults(read));
    this.secretKeys = this.readSecretKeys(read);
    if (read.problems.length > 0) throw new ConfigError(read.problems);
    Object.freeze(this);
  }

  /** Throws ConfigError with every problem of the environment at once. */
  static load(env: NodeJS.ProcessEnv = environmentOfProcess()): Config {
    return new Config(env);
  }

  get isProduction(): boolean {
    return this.environment === 'production';
  }

  /** Whether browsers reach us by TLS, wherever it ends: cookies are then for that alone. */
  get isHttps(): boolean {
    return this.publicUrl.startsWith('https://');
  }

  /** Audience of tokens that are good at our own API (RFC 8707 asks for an absolute URI). */
  get apiAudience(): string {
    return `${this.publicUrl}/api/v1`;
  }

  private readSecretKeys(read: SettingsReader): SecretKey[] {
    const given = read.text('SECRET_KEY');
    if (given === undefined && this.isProduction) return [];
    try {
      return parseSecretKeys(given ?? developmentSecretKey(this.dataDir));
    } catch (error) {
      read.problems.push(error instanceof Error ? error.message : 'SECRET_KEY cannot be read');
      return [];
    }
  }

  private developmentDefaults(read: SettingsReader): string[] {
    const required = (name: string, instead: string) =>
      read.text(name) === undefined ? [`${name} is not set: ${instead}`] : [];
    return [
      ...required('PUBLIC_URL', 'the https:// address under which people reach this server'),
      ...(this.publicUrl.startsWith('http://') && read.text('PUBLIC_URL')
        ? ['PUBLIC_URL must start with https://']
        : []),
      ...required('DATABASE_URL', 'the embedded database is for development'),
      ...required('SECRET_KEY', 'make one with: openssl rand -base64 32'),
      ...required('SMTP_URL', 'the outbox is for development'),
      ...required('SMS_URL', 'the outbox is for development'),
      ...(read.text('STORAGE_URL')
        ? []
        : required('DATA_DIR', 'set it, or STORAGE_URL, to keep uploads in a place you chose')),
      ...(this.rateLimits ? [] : ['RATE_LIMITS=off is for benchmarks and contract tests']),
    ];
  }
}

/** The environment, and under it what a file `.env` in the working directory says. */
function environmentOfProcess(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

function readPublicUrl(read: SettingsReader, port: number): string {
  const fallback = `http://localhost:${port}`;
  const value = read.url('PUBLIC_URL', ['http', 'https']);
  if (value === undefined) return fallback;
  const url = new URL(value);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    read.problems.push('PUBLIC_URL must have no path, query, fragment or user name');
  }
  return url.origin;
}

function readAppName(read: SettingsReader): string {
  const name = read.text('APP_NAME') ?? 'Barong';
  if (/^[^\p{Cc}:]{1,40}$/u.test(name)) return name;
  read.problems.push('APP_NAME must have 1 to 40 characters, none of them a colon or a control character');
  return 'Barong';
}

function readCountries(read: SettingsReader): string[] {
  const countries = read.list('SMS_COUNTRIES').map((country) => country.toUpperCase());
  const wrong = countries.filter((country) => !/^[A-Z]{2}$/.test(country));
  if (wrong.length > 0) read.problems.push('SMS_COUNTRIES must be a list of two-letter countries, such as DE,AT');
  return countries;
}

function readTrustProxy(read: SettingsReader): string[] {
  const proxies = read.list('TRUST_PROXY');
  for (const proxy of proxies) {
    const [address = '', bits, ...more] = proxy.split('/');
    const family = isIP(address);
    const validBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    if (family === 0 || !validBits || more.length > 0) {
      read.problems.push(`TRUST_PROXY must be a list of addresses or CIDRs; "${proxy}" is neither`);
    }
  }
  return proxies;
}
