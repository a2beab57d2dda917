import config from './jest.config.js';

/**
 * The tests that need Debian's pgbouncer and postgresql-15 (test/support/install.sh); all else is as in the other tests.
 */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/postgres'],
  testMatch: ['<rootDir>/test/postgres/*.postgres.ts'],
};
