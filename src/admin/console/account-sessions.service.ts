import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.entity.js';
import { SessionRecords } from '../../oauth/page-sessions/session-records.service.js';
import { SessionListService } from '../../sessions/session-list.service.js';

/** A place where somebody is signed in. */
export interface ListedSession {
  id: string;
  /** Name of the application; null on our own pages. */
  application: string | null;
  ip: string | null;
  userAgent: string | null;
  since: Date;
  lastSeen: Date | null;
}

/** Where an account is signed in: at applications with tokens of its own, and in browsers on our pages. */
@Injectable()
export class AccountSessions {
  constructor(
    private readonly tokens: SessionListService,
    private readonly pages: SessionRecords,
  ) {}

  /** Newest first. */
  async listLive({ id, uid }: Account): Promise<ListedSession[]> {
    const [tokens, pages] = await Promise.all([this.tokens.listLive(id), this.pages.listLive(uid)]);
    const sessions = [
      ...tokens.map((session) => ({
        id: session.id,
        application: session.application_name,
        ip: session.ip,
        userAgent: session.user_agent,
        since: session.created_at,
        lastSeen: session.last_seen_at,
      })),
      ...pages.map((session) => ({
        id: session.id,
        application: null,
        ip: session.ip,
        userAgent: session.user_agent,
        since: session.signed_in_at,
        lastSeen: session.last_seen_at,
      })),
    ];
    return sessions.sort((one, other) => other.since.getTime() - one.since.getTime());
  }
}
