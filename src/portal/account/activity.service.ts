import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { MAX_PAGE_SIZE, type Page } from '../../common/pagination.js';
import type { Principal } from '../../common/principal.js';
import { Fingerprints } from '../../infra/crypto/fingerprints.service.js';
import { SessionRecords } from '../../oauth/page-sessions/session-records.service.js';
import { SessionListService } from '../../sessions/session-list.service.js';

/** What happened on an account, as its owner may know it: nothing of who of the staff it was, no hashes, no ids. */
export interface Happening {
  at: Date;
  /** As recorded; what a reader sees are words for it. */
  action: string;
  /** `nobody`: somebody who was not signed in. `service`: this server itself or who runs it. */
  by: 'owner' | 'staff' | 'nobody' | 'service';
  /** Never of staff. */
  ip: string | null;
  /** What the program called itself, if it is one that this account was signed in with; never of staff. */
  userAgent: string | undefined;
}

const PER_PAGE = 25;
/** Of an export; far more than years of use. */
const MOST_PAGES = 50;

/** The owner's view of the audit log. */
@Injectable()
export class ActivityService {
  constructor(
    private readonly log: AuditLogService,
    private readonly fingerprints: Fingerprints,
    private readonly browsers: SessionRecords,
    private readonly sessions: SessionListService,
  ) {}

  /**
   * Newest first.
   * @param userAgent of the browser that asks
   */
  async page(principal: Principal, page: number, userAgent: string): Promise<Page<Happening>> {
    const { uid } = principal.account;
    const [entries, programs] = await Promise.all([
      this.log.find({ target: uid }, { page, limit: PER_PAGE }),
      this.knownPrograms(principal, userAgent),
    ]);
    return { ...entries, rows: entries.rows.map((entry) => happeningOf(entry, uid, programs)) };
  }

  /** The newest ten thousand. */
  async all(principal: Principal, userAgent: string): Promise<Happening[]> {
    const { uid } = principal.account;
    const programs = await this.knownPrograms(principal, userAgent);
    const all: Happening[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { rows } = await this.log.find({ target: uid }, { page, limit: MAX_PAGE_SIZE });
      all.push(...rows.map((entry) => happeningOf(entry, uid, programs)));
      if (rows.length < MAX_PAGE_SIZE) break;
    }
    return all;
  }

  /** The log holds only fingerprints of programs; those of the account's own sessions can be told by them. */
  private async knownPrograms({ account }: Principal, userAgent: string): Promise<Map<string, string>> {
    const [browsers, others] = await Promise.all([
      this.browsers.listLive(account.uid),
      this.sessions.userAgentsOf(account.id),
    ]);
    const known = [userAgent, ...browsers.map((browser) => browser.user_agent ?? ''), ...others];
    return new Map(known.map((name) => [this.fingerprints.of(name).toString('hex'), name]));
  }
}

function happeningOf(entry: AuditEntry, owner: string, programs: ReadonlyMap<string, string>): Happening {
  const { at, action, actorUid, ip, userAgentHash } = entry;
  const by = authorOf(actorUid, owner, ip);
  if (by === 'staff') return { at, action, by, ip: null, userAgent: undefined };
  return { at, action, by, ip, userAgent: userAgentHash ? programs.get(userAgentHash.toString('hex')) : undefined };
}

function authorOf(actor: string | null, owner: string, ip: string | null): Happening['by'] {
  if (actor === owner) return 'owner';
  if (actor !== null) return 'staff';
  return ip === null ? 'service' : 'nobody';
}
