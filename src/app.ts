import 'reflect-metadata';
import './boot/without-proto.js';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AllowedOrigins } from './applications/allowed-origins.service.js';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { askForAnyRequest } from './forward-auth/original-request.js';
import { answerOptions } from './infra/http/allowed-methods.js';
import { cors } from './infra/http/cors.middleware.js';
import { HttpAdapter } from './infra/http/http.adapter.js';
import { serveAssets } from './infra/http/assets.js';
import { knownHosts } from './infra/http/known-hosts.middleware.js';
import { noticeUnlistedProxies } from './infra/http/unlisted-proxies.middleware.js';
import { requestId } from './infra/http/request-id.middleware.js';
import { securityHeaders } from './infra/http/security-headers.js';
import { MetricsServer } from './infra/metrics/metrics-server.js';
import { requestMetrics } from './infra/metrics/request-metrics.middleware.js';
import { JobWorker } from './infra/queue/job-worker.service.js';
import { accessLog } from './infra/telemetry/access-log.middleware.js';
import { lacksProxy, NONE_TRUSTED, ProxySightings } from './infra/telemetry/proxy-sightings.service.js';
import { JsonLogger } from './infra/telemetry/logger.js';
import { requestSpans } from './infra/tracing/request-spans.middleware.js';
import { isTracing } from './infra/tracing/spans.js';
import { startTracing } from './infra/tracing/tracing.js';
import { mountProvider } from './oauth/mount.js';
import { serveApiDocs } from './openapi.js';
import { Brands } from './websites/brands.service.js';

/** The application as production and the tests use it; it does not listen yet. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  await startTracing(config);
  const logger = new JsonLogger(config.logLevel);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), new HttpAdapter(), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  app.set('trust proxy', config.trustProxy.length > 0 ? [...config.trustProxy] : false);
  app.set('query parser', 'simple');
  app.use(requestId);
  if (isTracing()) app.use(requestSpans(trustedProxies(app)));
  app.use(accessLog(logger.pino));
  if (config.metricsPort !== undefined) app.use(requestMetrics());
  watchForProxies(app);
  app.use(securityHeaders(config.isHttps));
  app.use(askForAnyRequest);
  if (config.isHttps) refuseUnknownHosts(app, config);
  serveAssets(app);
  const origins = app.get(AllowedOrigins);
  app.use(
    '/api',
    cors((origin) => origins.includes(origin)),
  );
  mountProvider(app, config);
  app.use(answerOptions);
  serveApiDocs(app, config);
  await app.init();
  await app.get(MetricsServer).start();
  await app.get(JobWorker).start();
  if (lacksProxy(config)) logger.warn(NONE_TRUSTED, 'Proxies');
  return app;
}

/** Addresses of callers are only as good as TRUST_PROXY is right. */
function watchForProxies(app: NestExpressApplication): void {
  const sightings = app.get(ProxySightings);
  app.use(noticeUnlistedProxies(trustedProxies(app), () => sightings.note()));
}

/** Judges the address of a connection by TRUST_PROXY. */
function trustedProxies(app: NestExpressApplication): (peer: string) => boolean {
  return app.getHttpAdapter().getInstance().get('trust proxy fn') as (peer: string) => boolean;
}

/** A port-forward or a sidecar; nobody else can come by these names. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Ours are the host of PUBLIC_URL and those of the websites. A development server answers to whatever leads to it. */
function refuseUnknownHosts(app: NestExpressApplication, config: Config): void {
  const brands = app.get(Brands);
  const { host: own } = new URL(config.publicUrl);
  app.use(knownHosts((host) => host === own || LOOPBACK.test(host) || brands.find(host) !== undefined));
}
