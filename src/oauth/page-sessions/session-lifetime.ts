import type { Config } from '../../config/config.js';

const HOUR = 3600;
/** Absolute ends, counted from the sign-in (CONTROLS 2): 12 hours, or 14 days where the person asked for it. */
const SHORT_SECONDS = 12 * HOUR;
const REMEMBERED_SECONDS = 14 * 24 * HOUR;
/** Nobody is signed in: what the pages of a sign-out or a device keep for a while. */
const ANONYMOUS_SECONDS = HOUR;

/** Seconds that the session has from now on, at least one. */
export function sessionLifetime(
  session: { accountId?: string | undefined; loginTs?: number | undefined; transient?: boolean | undefined },
  now: number,
): number {
  if (session.accountId === undefined) return ANONYMOUS_SECONDS;
  const whole = session.transient ? SHORT_SECONDS : REMEMBERED_SECONDS;
  return Math.max(1, (session.loginTs ?? now) + whole - now);
}

/** The cookie that signs a browser in: at our pages, and through the provider at applications (CONTROLS C-29). */
export const sessionCookie = (config: Config): string => (config.isHttps ? '__Host-barong_session' : 'barong_session');
