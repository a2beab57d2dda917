import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProviderRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the provider does with a request: a status with a body, a redirect, a cut line, or nothing at all. */
export type Reaction = { status: number; body?: string; headers?: Record<string, string> } | 'hang up' | 'never answer';

/** A real HTTP server in the place of an SMS provider. Reactions are used up one a request; the last one stays. */
export class Provider {
  readonly requests: ProviderRequest[] = [];
  reactions: Reaction[] = [{ status: 200 }];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.requests.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
        const reaction = this.reactions.length > 1 ? this.reactions.shift() : this.reactions[0];
        if (reaction === 'never answer' || reaction === undefined) return;
        if (reaction === 'hang up') request.socket.destroy();
        else response.writeHead(reaction.status, reaction.headers).end(reaction.body);
      });
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Forgets what came, and reacts like this from now on. */
  reset(...reactions: Reaction[]): void {
    this.requests.length = 0;
    this.reactions = reactions;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
