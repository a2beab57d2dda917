import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { SettingsReader } from './parse.js';

/** Where traces go, and how many of them; names and meaning of the settings are OpenTelemetry's. */
export interface TraceExport {
  /** Takes OTLP over HTTP. */
  url: string;
  /** Sent with every export; they may hold a key. */
  headers: Readonly<Record<string, string>>;
  /** What is told of this process beside its spans. */
  resource: Readonly<Record<string, string>>;
  /** Of the traces that begin here, how many are recorded: 0 to 1. */
  ratio: number;
}

type Pairs = Record<string, string>;

/** Reads OTEL_*; undefined unless OTEL_EXPORTER_OTLP_ENDPOINT is set. Problems repeat nothing of a header. */
export function readTraceExport(read: SettingsReader): TraceExport | undefined {
  const endpoint = readEndpoint(read);
  const headers = readHeaders(read);
  const attributes = pairsOf(read.list('OTEL_RESOURCE_ATTRIBUTES'));
  if (!attributes) read.problems.push('OTEL_RESOURCE_ATTRIBUTES must be a list such as deployment.environment.name=x');
  const service = read.text('OTEL_SERVICE_NAME') ?? attributes?.['service.name'] ?? 'barong';
  const ratio = readRatio(read);
  if (endpoint === undefined) return undefined;
  return { url: `${endpoint}/v1/traces`, headers, resource: { ...attributes, 'service.name': service }, ratio };
}

function readEndpoint(read: SettingsReader): string | undefined {
  const text = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http', 'https']);
  if (text === undefined) return undefined;
  const problem = URL.canParse(text) ? problemOf(new URL(text)) : 'cannot be read';
  if (problem === undefined) return new URL(text).href.replace(/\/+$/, '');
  read.problems.push(`OTEL_EXPORTER_OTLP_ENDPOINT ${problem}`);
  return undefined;
}

function problemOf({ pathname, search, hash, username, password }: URL): string | undefined {
  if (username !== '' || password !== '') return 'must have no user name: a key goes into OTEL_EXPORTER_OTLP_HEADERS';
  if (search !== '' || hash !== '') return 'must have no query or fragment';
  return /\/v1\/traces\/*$/.test(pathname) ? 'must not end in /v1/traces, which is added to it' : undefined;
}

function readHeaders(read: SettingsReader): Pairs {
  const headers = pairsOf(read.list('OTEL_EXPORTER_OTLP_HEADERS'));
  if (headers && Object.entries(headers).every(([name, value]) => canBeSent(name, value))) return headers;
  read.problems.push('OTEL_EXPORTER_OTLP_HEADERS must be a list such as authorization=Bearer%20KEY');
  return {};
}

function canBeSent(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function readRatio(read: SettingsReader): number {
  const text = read.text('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  if (/^(0|1|0?\.\d+|[01]\.0*)$/.test(text)) return Number(text);
  read.problems.push(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, such as 0.1, not "${text}"`);
  return 0;
}

/** `name=value` with percent-encoded values; undefined when one of them is none. */
function pairsOf(parts: string[]): Pairs | undefined {
  try {
    const pairs = parts.map((part) => /^([^=\s]+)\s*=\s*(.*)$/.exec(part) ?? fail());
    return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, decodeURIComponent(value)]));
  } catch {
    return undefined;
  }
}

function fail(): never {
  throw new Error('no pair');
}
