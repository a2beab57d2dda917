import { Injectable } from '@nestjs/common';
import { Database } from '../infra/database/database.service.js';

export interface LiveSession {
  id: string;
  application_uid: string;
  application_name: string;
  ip: string;
  user_agent: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

/** Far more than anybody has; a list without an end would be a burden for everyone else. */
const MOST = 200;

@Injectable()
export class SessionListService {
  constructor(private readonly database: Database) {}

  /** Sessions whose tokens are still good, newest first. */
  listLive(accountId: string): Promise<LiveSession[]> {
    return this.database.query<LiveSession>(
      'live-sessions',
      `SELECT sessions.id, applications.uid AS application_uid, applications.name AS application_name, sessions.ip,
         sessions.user_agent, sessions.created_at, sessions.last_seen_at, sessions.expires_at
       FROM sessions JOIN accounts ON accounts.id = sessions.account_id
       JOIN applications ON applications.id = sessions.application_id
       WHERE sessions.account_id = $1 AND sessions.ended_at IS NULL AND sessions.expires_at > now()
         AND applications.deleted_at IS NULL
         AND sessions.created_at >= accounts.tokens_valid_after
       ORDER BY sessions.created_at DESC, sessions.id LIMIT ${MOST}`,
      [accountId],
    );
  }

  /** What the programs called themselves that the account was signed in with, also those whose sessions are over. */
  async userAgentsOf(accountId: string): Promise<string[]> {
    const rows = await this.database.query<{ user_agent: string }>(
      'session-user-agents',
      `SELECT DISTINCT user_agent FROM (
         SELECT user_agent FROM sessions WHERE account_id = $1 ORDER BY created_at DESC LIMIT ${MOST}) AS newest`,
      [accountId],
    );
    return rows.map((row) => row.user_agent);
  }
}
