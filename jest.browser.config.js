import config from './jest.config.js';

/** The tests that need a browser (test/support/install.sh); all else is as in the other tests. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/browser'],
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
