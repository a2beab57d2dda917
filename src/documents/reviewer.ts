import type { Principal, Role } from '../common/principal.js';
import { DocumentErrors } from './documents.errors.js';

const REVIEWERS: readonly Role[] = ['compliance', 'admin'];
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The routes ask for the role too; documents are worth asking twice. @throws AppError 403 */
export function assertReviewer({ kind, account }: Principal): void {
  if (kind === 'access' || !REVIEWERS.includes(account.role)) throw DocumentErrors.reviewersOnly();
}

/** Whether a text can be the id of a document at all; anything else would be an error of the database. */
export function isDocumentId(text: string): boolean {
  return UUID.test(text);
}
