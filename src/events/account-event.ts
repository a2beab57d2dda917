/** What can happen; `model.*` as the event API of Barong has them, the rest is ours. */
export const EVENT_NAMES = [
  'model.account.created',
  'model.account.updated',
  'model.profile.created',
  'model.profile.updated',
  'model.phone.created',
  'model.phone.updated',
  'model.document.created',
  'model.document.updated',
  'model.label.created',
  'model.label.updated',
  'session.created',
  'session.failed',
  'level.changed',
  'document.reviewed',
] as const;

/**
 * In the queue. Whatever else it has to do is done first: a code that somebody waits for goes before news for machines.
 * And of these, what strangers can make happen by the thousand waits for the rest.
 */
export const priorityOf = (name: string): number => (name.startsWith('session.') ? 20 : 10);

export type EventName = (typeof EVENT_NAMES)[number];

/** Something that happened to an account. */
export interface AccountEvent {
  /** UUID; stable over retries and alike for every receiver, who tells repetitions by it. */
  id: string;
  name: EventName;
  /** When it happened, ISO 8601. */
  at: string;
  /** What it happened to, as it is now; snake_case names, dates in ISO 8601. Never a secret. */
  record: Record<string, unknown>;
  /** For updates: what changed, with the values of before. */
  changes?: Record<string, unknown>;
}
