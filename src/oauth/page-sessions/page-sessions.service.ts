import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { PageSessionReaders } from '../../auth/page-sessions.service.js';
import type { Principal } from '../../common/principal.js';
import { originOf } from '../../common/request-origin.js';
import { Config } from '../../config/config.js';
import type { PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { acrOf } from '../level-request.js';
import { ProviderService } from '../provider.service.js';
import { withOrigin } from '../request-origins.js';
import { sessionCookie, sessionLifetime } from './session-lifetime.js';
import { SessionEndings } from './session-endings.service.js';
import { publicIdOf, SessionRecords } from './session-records.service.js';

/** Uid of the application that our own pages are, where a principal must name one. */
const PAGES = 'pages';

/**
 * Signing in on our pages. The session is the provider's own, so that whoever signs in here is signed in for every
 * application, and the other way round.
 */
@Injectable()
export class PageSessions implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly provider: ProviderService,
    private readonly records: SessionRecords,
    private readonly endings: SessionEndings,
    private readonly readers: PageSessionReaders,
  ) {}

  onModuleInit(): void {
    this.readers.readWith((request, response) => this.find(request, response));
  }

  /** Who is signed in in this browser. */
  async find(request: Request, response: Response): Promise<Principal | undefined> {
    const id = this.context(request, response).cookies.get(sessionCookie(this.config), { signed: true });
    const found = id === undefined ? undefined : await this.records.findLive(id);
    if (id === undefined || !found) return undefined;
    if (found.isStale) await this.records.touch(id);
    const { account, session } = found;
    return {
      kind: 'page',
      account,
      scopes: new Set(),
      clientId: PAGES,
      sessionId: session.uid,
      tokenId: publicIdOf(session.uid),
      expiresAt: session.exp,
      authTime: session.loginTs,
      amr: session.amr ?? [],
    };
  }

  /**
   * Signs a person in; the cookie gets a new value whoever was here before (CONTROLS C-28).
   * @param remember for 14 days, also when the browser is closed
   * @returns the session's id, as in `Principal.sessionId`
   */
  async open(request: Request, response: Response, person: PersonSignedIn, remember: boolean): Promise<string> {
    const provider = this.provider.current;
    const context = this.context(request, response);
    const session = await this.sessionFor(provider, context, person.uid);
    session.resetIdentifier();
    const { uid: accountId, authenticatedAt: loginTs, amr, level } = person;
    session.transient = remember ? undefined : true;
    session.loginAccount({ accountId, loginTs, amr, acr: acrOf(level), transient: !remember });
    const lifetime = sessionLifetime(session, Math.floor(Date.now() / 1000));
    await withOrigin(originOf(request), () => session.save(lifetime));
    this.setCookie(context, session.jti, remember ? lifetime : undefined);
    return session.uid;
  }

  /** Signs out in this browser, also of the applications that were signed in to through it. */
  async close(request: Request, response: Response, principal: Principal): Promise<void> {
    await this.endings.endOne(principal, publicIdOf(principal.sessionId), originOf(request));
    this.setCookie(this.context(request, response), null, undefined);
  }

  /** Somebody else who was signed in here is signed out first. */
  private async sessionFor(provider: Provider, context: Context, accountUid: string) {
    const session = await provider.Session.get(context);
    if (session.accountId === undefined || session.accountId === accountUid) return session;
    await this.endings.endAbandoned(session.accountId, publicIdOf(session.uid));
    return new provider.Session();
  }

  private context(request: Request, response: Response) {
    const context = this.provider.current.createContext(request, response);
    // Behind a proxy the connection itself is not secure; PUBLIC_URL says what the browser sees.
    context.cookies.secure = this.config.isHttps;
    return context;
  }

  private setCookie({ cookies }: Context, value: string | null, seconds: number | undefined): void {
    const expires = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
    const common = { signed: true, httpOnly: true, sameSite: 'lax', path: '/', secure: this.config.isHttps } as const;
    cookies.set(sessionCookie(this.config), value, { ...common, overwrite: true, ...(expires && { expires }) });
  }
}

type Context = ReturnType<Provider['createContext']>;
