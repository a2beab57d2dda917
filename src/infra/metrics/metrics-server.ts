import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Config, ConfigError } from '../../config/config.js';
import { GaugeSources } from './gauge-sources.service.js';
import { registry } from './metrics.js';

/** Scrapers are quick; whoever is slower does not keep a connection. */
const REQUEST_TIMEOUT_MS = 5_000;

/** `GET /metrics` on METRICS_PORT, a port of its own: what it tells is for operators and never for the public. */
@Injectable()
export class MetricsServer implements BeforeApplicationShutdown {
  private server: Server | undefined;
  /** Memory, event loop, garbage collection: watched only where somebody asks for it. */
  private readonly ofProcess = new Registry();

  constructor(
    private readonly config: Config,
    private readonly gauges: GaugeSources,
  ) {}

  /** Listens, where METRICS_PORT is set; the server does, commands do not. */
  async start(): Promise<void> {
    const { metricsPort, metricsHost } = this.config;
    if (metricsPort === undefined) return;
    collectDefaultMetrics({ register: this.ofProcess });
    const server = createServer((request, response) => void this.answer(request, response));
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.headersTimeout = REQUEST_TIMEOUT_MS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', ({ code }: NodeJS.ErrnoException) =>
        reject(new ConfigError([`METRICS_PORT ${metricsPort} cannot be opened at ${metricsHost}: ${code}`])),
      );
      server.listen(metricsPort, metricsHost, resolve);
    });
    this.server = server;
  }

  /** Last to go of what listens, so that the end of a process can still be watched. */
  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isKnown = request.url?.split('?', 1)[0] === '/metrics';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isKnown || !isRead) {
      response.writeHead(isKnown ? 405 : 404, isKnown ? { Allow: 'GET, HEAD' } : {}).end();
      return;
    }
    try {
      await this.gauges.read();
      const text = await Registry.merge([registry, this.ofProcess]).metrics();
      response.writeHead(200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' }).end(text);
    } catch {
      response.writeHead(500).end();
    }
  }
}
