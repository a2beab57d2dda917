import { AppError } from '../../common/app-error.js';

/** Names of the fields that a refusal complains about; none when it is about something else. */
export function wrongFields(error: unknown): string[] {
  if (!(error instanceof AppError)) return [];
  const { refusal } = error;
  return typeof refusal === 'object' && !Array.isArray(refusal) ? Object.keys(refusal) : [];
}
