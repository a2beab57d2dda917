import config from './jest.config.js';

/** The tests that need Debian's mariadb-server (test/support/install.sh); all else is as in the other tests. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/mariadb'],
  testMatch: ['<rootDir>/test/mariadb/**/*.mariadb.ts'],
};
