import { clientOf, postForm, refresh, type TestClient } from '../oauth/flow.js';
import { call, type Person } from '../support/client.js';
import type { UserAgent } from '../support/user-agent.js';
import { newcomer, signInAt, signUp, someone, statusOfMe, tokensOf } from './people.js';
import { type Replicas, SHOP } from './replicas.js';
import { fromElsewhere } from './travellers.js';

/** How often what costs no hash is done for each thing that does. */
const CHEAP_ROUNDS = 5;

/** Somebody with all that can get lost: sessions of both kinds and a chain of refresh tokens. */
interface Visitor {
  person: Person;
  client: TestClient;
  agent: UserAgent;
  /** Session tokens, each of which is to stay good. */
  sessions: string[];
  refreshToken: string;
}

/** What people do at the same time, until it is enough. */
export class Load {
  /** Answers as they were expected, by kind. */
  readonly answered: Record<string, number> = {};
  /** All others, with what was said instead. */
  readonly lost: Record<string, number> = {};
  readonly signedUp: string[] = [];
  private visitors: Visitor[] = [];
  private isOver = false;
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly replicas: Replicas) {}

  async start(visitors: number): Promise<void> {
    const client = await clientOf(this.replicas, SHOP.uid, SHOP.secret);
    const arrive = async (): Promise<Visitor> => {
      const person = await newcomer(this.replicas);
      const { tokens, agent } = await tokensOf(this.replicas, client, person);
      const sessions = [await signInAt(this.replicas, person)];
      return { person, client, agent, sessions, refreshToken: String(tokens.refresh_token) };
    };
    this.visitors = await Promise.all(Array.from({ length: visitors }, arrive));
    this.running = Promise.all(this.visitors.map((visitor) => fromElsewhere(() => this.visit(visitor))));
  }

  /** Lets everybody finish what they are at. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  /** What of all that people hold is not good any more. */
  async missing(): Promise<string[]> {
    const found = this.visitors.map(async (visitor) => {
      const tokens = await Promise.all(visitor.sessions.map((token) => statusOfMe(this.replicas, token)));
      const page = await this.openAccount(visitor);
      const { status } = await refresh(this.replicas, visitor.client, visitor.refreshToken);
      return [...tokens.map((told) => `session ${told}`), `page ${page}`, `refresh token ${status}`];
    });
    return (await Promise.all(found)).flat().filter((said) => !said.endsWith(' 200'));
  }

  private async visit(visitor: Visitor): Promise<void> {
    while (!this.isOver) {
      for (let round = 0; round < CHEAP_ROUNDS; round += 1) {
        await this.expect('GET /accounts/me', 200, () => statusOfMe(this.replicas, visitor.sessions[0] ?? ''));
        await this.expect('POST /labels', 201, () => this.label(visitor, 'POST', '/labels'));
        await this.expect('DELETE /labels', 204, () => this.label(visitor, 'DELETE', '/labels/visit'));
        await this.expect('GET /account', 200, () => this.openAccount(visitor));
        await this.expect('POST /oauth/introspect', 200, () => this.introspect(visitor));
        await this.expect('POST /oauth/token', 200, () => this.refresh(visitor));
      }
      await this.expect('POST /sessions', 201, async () => {
        visitor.sessions.push(await signInAt(this.replicas, visitor.person));
        return 201;
      });
      await this.expect('POST /accounts', 201, () => this.signUp());
    }
  }

  private async expect(kind: string, wanted: number, ask: () => Promise<number | string>): Promise<void> {
    const said = await ask().catch((error: Error) => error.message);
    const [count, name] = said === wanted ? [this.answered, kind] : [this.lost, `${kind}: ${said}`];
    count[name] = (count[name] ?? 0) + 1;
  }

  private async label(visitor: Visitor, method: string, path: string): Promise<number> {
    const body = method === 'POST' ? { key: 'visit', value: 'now' } : undefined;
    return (await call(this.replicas, method, `/api/v1${path}`, { token: visitor.sessions[0], body })).status;
  }

  /** The pages answer 200 to everybody: whoever has lost the session sees where to sign in. */
  private async openAccount({ agent }: Visitor): Promise<number | string> {
    const { status, url } = await agent.open('/account');
    return new URL(url).pathname === '/account' ? status : url;
  }

  private async introspect({ client, sessions: [token = ''] }: Visitor): Promise<number> {
    return (await postForm(this.replicas, '/oauth/introspect', { token, ...client.credentials })).status;
  }

  private async refresh(visitor: Visitor): Promise<number> {
    const { status, body } = await refresh(this.replicas, visitor.client, visitor.refreshToken);
    if (status === 200) visitor.refreshToken = String(body.refresh_token);
    return status;
  }

  private async signUp(): Promise<number> {
    const person = someone();
    const { status } = await signUp(this.replicas, person);
    if (status === 201) this.signedUp.push(person.email);
    return status;
  }
}
