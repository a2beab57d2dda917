import type { Principal } from '../../common/principal.js';
import type { IdentityNeed } from './identity-standing.service.js';

/** What an account's owner should do next; undefined when there is nothing, or others have to act. */
export type NextStep = 'confirm' | 'phone' | Exclude<IdentityNeed, 'review' | 'nothing'> | 'secondFactor';

export const STEP_PATHS: Record<NextStep, string> = {
  confirm: '/confirm/again',
  phone: '/account/phone',
  profile: '/account/identity',
  correction: '/account/identity',
  document: '/account/identity',
  otherDocument: '/account/identity',
  secondFactor: '/account/security/two-factor',
};

/** In the order of the levels; what is worth doing anyway comes when no level is left to reach. */
export function nextStep({ level, otpEnabled }: Principal['account'], need: IdentityNeed): NextStep | undefined {
  if (level < 1) return 'confirm';
  if (level < 2) return 'phone';
  if (level < 3 && need !== 'nothing' && need !== 'review') return need;
  return level < 3 || otpEnabled ? undefined : 'secondFactor';
}
