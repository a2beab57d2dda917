import { describe, expect, it } from '@jest/globals';
import { Config, ConfigError } from '../../src/config/config.js';
import { parseTraceparent } from '../../src/infra/tracing/traceparent.js';

const SECRET_KEY = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz').toString('base64');
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';
const load = (env: NodeJS.ProcessEnv) =>
  Config.load({ NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY, ...env }).traces;

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('the settings of traces', () => {
  it('are none without an endpoint', () => {
    expect(load({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBeUndefined();
  });

  it('are those of OpenTelemetry, with its defaults', () => {
    const url = 'http://collector:4318/v1/traces';
    const resource = { 'service.name': 'barong' };
    expect(load({ [ENDPOINT]: 'http://collector:4318' })).toEqual({ url, headers: {}, resource, ratio: 1 });
    expect(
      load({
        [ENDPOINT]: 'https://collector.example/tenant/',
        [HEADERS]: 'authorization=Bearer%20a%2Cb, x-scope=1=2',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=named,deployment.environment.name=the%20test',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }),
    ).toEqual({
      url: 'https://collector.example/tenant/v1/traces',
      headers: { authorization: 'Bearer a,b', 'x-scope': '1=2' },
      resource: { 'service.name': 'named', 'deployment.environment.name': 'the test' },
      ratio: 0.25,
    });
  });

  it.each([
    ['collector:4318', 'must be a URL that starts with http:// or https://'],
    ['grpc://collector:4317', 'must be a URL that starts with http:// or https://'],
    ['http://', 'cannot be read'],
    ['http://collector:99999', 'cannot be read'],
    ['http://key:hunter2@collector:4318', `must have no user name: a key goes into ${HEADERS}`],
    ['http://collector:4318?key=hunter2', 'must have no query or fragment'],
    ['http://collector:4318/v1/traces', 'must not end in /v1/traces, which is added to it'],
  ])('refuse the endpoint %s with a sentence', (endpoint, problem) => {
    expect(problems({ [ENDPOINT]: endpoint })).toEqual([`${ENDPOINT} ${problem}`]);
  });

  it.each(['hunter2', '=hunter2', 'a b=hunter2', 'key=hunter2%0d%0ax:y', 'key=%hunter2', 'clé=hunter2'])(
    'refuse the headers %s and do not repeat them',
    (headers) => {
      expect(problems({ [HEADERS]: headers })).toEqual([
        `${HEADERS} must be a list such as authorization=Bearer%20KEY`,
      ]);
    },
  );

  it.each(['-0.1', '1.1', '2', 'half', '1e-2', 'NaN', '0,5'])('refuse the ratio %s', (ratio) => {
    expect(problems({ OTEL_TRACES_SAMPLER_ARG: ratio })).toEqual([
      `OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, such as 0.1, not "${ratio}"`,
    ]);
  });

  it.each(['0', '1', '1.0', '.5', '0.001'])('take the ratio %s', (ratio) => {
    expect(load({ [ENDPOINT]: 'http://collector:4318', OTEL_TRACES_SAMPLER_ARG: ratio })?.ratio).toBe(Number(ratio));
  });

  it('refuse attributes that are no pairs', () => {
    expect(problems({ OTEL_RESOURCE_ATTRIBUTES: 'production' })).toEqual([
      'OTEL_RESOURCE_ATTRIBUTES must be a list such as deployment.environment.name=x',
    ]);
  });
});

describe('traceparent', () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const text = `00-${traceId}-${spanId}-01`;

  it.each([
    [text, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-03`, true],
    [`cc-${traceId}-${spanId}-01-what-comes-later`, true],
  ])('is understood: %s', (given, isSampled) => {
    expect(parseTraceparent(given)).toEqual({ traceId, spanId, isSampled });
  });

  it.each([undefined, ['a'], `${text}, ${text}`, `${text}-more`, text.toUpperCase(), `ff${text.slice(2)}`, `${text} `])(
    'is none: %s',
    (given) => {
      expect(parseTraceparent(given)).toBeUndefined();
    },
  );
});
