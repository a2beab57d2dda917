import { Webhook as Verifier } from 'standardwebhooks';
import { callAs, type Member } from '../admin/staff.js';
import type { TestApp } from '../support/app.js';
import type { Answer, CallOptions } from '../support/client.js';
import type { Heard, Receiver } from './receiver.js';

export interface Registered {
  uid: string;
  secret: string;
  /** At the receiver. */
  path: string;
}

let paths = 0;

/** An admin who has a receiver told of events. */
export class HookStaff {
  constructor(
    private readonly server: TestApp,
    private readonly admin: Member,
    private readonly receiver: Receiver,
  ) {}

  call<Body = never>(method: string, path: string, options: Omit<CallOptions, 'token'> = {}): Promise<Answer<Body>> {
    return callAs<Body>(this.server, this.admin, method, path, options);
  }

  /** A webhook with a path of its own; those before it are gone. */
  async register(events: string[] = ['*']): Promise<Registered> {
    await this.server.sql('DELETE FROM webhooks');
    return this.registerToo(events);
  }

  async registerToo(events: string[] = ['*']): Promise<Registered> {
    paths += 1;
    const path = `/hook-${paths}`;
    const body = { name: `Hook ${paths}`, url: this.receiver.url + path, events };
    const { body: made } = await this.call<Registered>('POST', '/webhooks', { body });
    return { ...made, path };
  }

  post(path: string): Promise<Answer<{ secret: string; id: string }>> {
    return this.call('POST', `/webhooks/${path}`);
  }

  patch(uid: string, body: unknown): Promise<Answer<Record<string, unknown>>> {
    return this.call('PATCH', `/webhooks/${uid}`, { body });
  }

  async stateOf(uid: string): Promise<Record<string, unknown>> {
    return (await this.call<Record<string, unknown>>('GET', `/webhooks/${uid}`)).body;
  }
}

/** @throws WebhookVerificationError */
export function verified(secret: string, { body, headers }: Heard): unknown {
  return new Verifier(secret).verify(body, headers as Record<string, string>);
}
