import type { Principal } from '../common/principal.js';

/** The columns of an account that its principal needs, whoever looks it up. */
export const CALLER_COLUMNS = 'accounts.id, uid, email, role, level, state, otp_enabled';

export type CallerRow = Omit<Principal['account'], 'otpEnabled'> & { otp_enabled: boolean };

/** The account of a row with those columns, and nothing else that is in it. */
export function callerAccount({ id, uid, email, role, level, state, otp_enabled }: CallerRow): Principal['account'] {
  return { id, uid, email, role, level, state, otpEnabled: otp_enabled };
}
