import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/principal.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { SessionEndings } from '../../oauth/page-sessions/session-endings.service.js';
import { publicIdOf, SessionRecords } from '../../oauth/page-sessions/session-records.service.js';
import { OtherSessionsService } from '../../sessions/other-sessions.service.js';
import { SessionListService } from '../../sessions/session-list.service.js';
import { SessionErrors } from '../../sessions/sessions.errors.js';
import { SessionsService } from '../../sessions/sessions.service.js';

/** Where somebody is signed in: in a browser on our pages, or at an application that took the password itself. */
export interface SignedInPlace {
  /** Names it in a form; opens nothing. */
  id: string;
  isCurrent: boolean;
  /** Null for a browser on our pages. */
  application: string | null;
  ip: string | null;
  userAgent: string;
  signedInAt: Date;
  lastSeenAt: Date | null;
}

/** The two kinds of id; they can't be taken for each other. */
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const PAGE_SESSION = /^[0-9a-f]{64}$/;

/** All sessions of an account as one list, of whichever kind. */
@Injectable()
export class SignedInPlaces {
  constructor(
    private readonly browsers: SessionRecords,
    private readonly browserEndings: SessionEndings,
    private readonly programs: SessionListService,
    private readonly sessions: SessionsService,
    private readonly otherSessions: OtherSessionsService,
  ) {}

  /** This browser first, then the newest use. */
  async listOf({ account, sessionId }: Principal): Promise<SignedInPlace[]> {
    const [browsers, programs] = await Promise.all([
      this.browsers.listLive(account.uid),
      this.programs.listLive(account.id),
    ]);
    const current = publicIdOf(sessionId);
    const places = [
      ...browsers.map(({ id, ip, user_agent, signed_in_at, last_seen_at }) => ({
        ...{ id, isCurrent: id === current, application: null, ip, userAgent: user_agent ?? '' },
        ...{ signedInAt: signed_in_at, lastSeenAt: last_seen_at },
      })),
      ...programs.map(({ id, application_name, ip, user_agent, created_at, last_seen_at }) => ({
        ...{ id, isCurrent: false, application: application_name, ip, userAgent: user_agent },
        ...{ signedInAt: created_at, lastSeenAt: last_seen_at },
      })),
    ];
    const use = ({ isCurrent, lastSeenAt }: SignedInPlace): number =>
      isCurrent ? Infinity : (lastSeenAt?.getTime() ?? 0);
    return places.sort((a, b) => (use(a) === use(b) ? 0 : use(b) - use(a)));
  }

  /** Its tokens and all that was granted through it are dead at once. @throws AppError 404 when the caller has none such */
  async endOne(principal: Principal, id: string, origin: RequestOrigin): Promise<void> {
    if (UUID.test(id)) return this.sessions.end(principal, id, origin);
    const isOver = PAGE_SESSION.test(id) && (await this.browserEndings.endOne(principal, id, origin));
    if (!isOver) throw SessionErrors.notFound();
  }

  /** Everything but the browser of this request. */
  async endOthers(principal: Principal, origin: RequestOrigin): Promise<void> {
    await this.browserEndings.endOthers(principal, origin);
    await this.otherSessions.endOthers(principal, origin);
  }
}
