import { AppError } from '../../common/app-error.js';

const RETRY_SECONDS = '5';

export const StorageErrors = {
  full: () => new AppError(507, 'storage.full', 'There is no space left to store the file'),
  unavailable: () =>
    new AppError(503, 'storage.unavailable', 'The file store is temporarily unavailable', {
      'Retry-After': RETRY_SECONDS,
    }),
  missing: () => new AppError(404, 'storage.file_missing', 'The file is not in the store'),
};

/** A disk without space or over its quota, and what S3 servers call the same. */
const FULL = ['ENOSPC', 'EDQUOT', 'QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage'];

/** What the caller may hear of a disk's or a server's error. */
export function storageErrorFor(errorName: string): AppError {
  return FULL.includes(errorName) ? StorageErrors.full() : StorageErrors.unavailable();
}
