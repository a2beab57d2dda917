import config from './jest.config.js';

/** The tests that need Debian's redis-server (test/support/install.sh); all else is as in the other tests. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/redis'],
  testMatch: ['<rootDir>/test/redis/**/*.redis.ts'],
};
