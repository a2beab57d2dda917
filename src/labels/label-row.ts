/** `public`: the owner's own. `private`: written by staff, read by the owner, never shown to third parties. */
export type LabelScope = 'public' | 'private';

export const LABEL_COLUMNS = 'labels.key, labels.value, labels.scope, labels.created_at, labels.updated_at';

/** A fact about an account. */
export interface LabelRow {
  key: string;
  value: string;
  scope: LabelScope;
  created_at: Date;
  updated_at: Date;
}
