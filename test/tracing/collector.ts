import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/client.js';

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 1 internal, 2 server, 3 client, 5 consumer. */
  kind: number;
  attributes: Record<string, string | number>;
  /** 2: an error. */
  status: number;
}

interface Value {
  stringValue?: string;
  intValue?: number;
}
type Attributes = { key: string; value: Value }[];
interface Export {
  resourceSpans: {
    resource: { attributes: Attributes };
    scopeSpans: {
      spans: (Omit<Span, 'attributes' | 'status'> & { attributes: Attributes; status: { code?: number } })[];
    }[];
  }[];
}

const recordOf = (attributes: Attributes) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** A real HTTP server that takes traces as an OpenTelemetry collector does. */
export class Collector {
  /** What came, byte for byte: heads and bodies. */
  readonly received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  /** What it answers with. */
  status = 200;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        this.received.push({ path: url, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get resource(): Record<string, string | number> {
    const [first] = this.exports;
    return recordOf(first?.resourceSpans[0]?.resource.attributes ?? []);
  }

  get spans(): Span[] {
    return this.exports
      .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap(({ spans }) => spans)
      .map((span) => ({ ...span, attributes: recordOf(span.attributes), status: span.status.code ?? 0 }));
  }

  /** Waits for the span of a request. */
  request(id: string | null): Promise<Span> {
    return eventually(async () => this.spans.find((span) => span.attributes['barong.request_id'] === id));
  }

  /** All spans of a trace that came so far. */
  trace(traceId: string): Span[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get exports(): Export[] {
    return this.received.map(({ body }) => JSON.parse(body) as Export);
  }
}
