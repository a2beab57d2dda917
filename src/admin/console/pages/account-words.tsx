import type { ProfileState } from '../../../profiles/profile-row.js';
import type { AccountState, Role } from '../../../common/principal.js';
import { useTexts } from '../../../ui/frame.js';
import { Badge } from '../../../ui/parts.js';

const STATE_TONES = { pending: 'waiting', active: 'good', locked: 'bad', banned: 'bad' } as const;
const REVIEW_TONES = { pending: 'waiting', approved: 'good', rejected: 'bad' } as const;

export function StateBadge({ state }: { state: AccountState }) {
  return <Badge tone={STATE_TONES[state]}>{useTexts().consoleAccounts.states[state]}</Badge>;
}

export function RoleWord({ role }: { role: Role }) {
  const word = useTexts().consoleAccounts.roles[role];
  return role === 'member' ? <>{word}</> : <Badge tone="plain">{word}</Badge>;
}

/** Of a profile or a document. */
export function ReviewBadge({ state }: { state: ProfileState }) {
  return <Badge tone={REVIEW_TONES[state]}>{useTexts().consoleAccounts.profileStates[state]}</Badge>;
}

/** The beginning and the end of a phone number: enough to recognise it, too little to use it. */
export const masked = (number: string): string =>
  `${number.slice(0, 4)}${'•'.repeat(Math.max(0, number.length - 7))}${number.slice(-3)}`;
