import { AppError } from '../common/app-error.js';
import { countSignIn, type SignInResult } from '../infra/metrics/metrics.js';

/** Counts a sign-in that was refused with this status, and passes the error on. */
export function countRefusal(status: number, result: SignInResult): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError && error.status === status) countSignIn(result);
    throw error;
  };
}

/** Counts a sign-in once its transaction has committed. */
export async function countSuccess<T>(admission: Promise<T>): Promise<T> {
  const admitted = await admission;
  countSignIn('success');
  return admitted;
}
