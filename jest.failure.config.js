import config from './jest.config.js';

/** What happens when something breaks: databases, disks and processes of their own, really broken. Needs nothing. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/failure'],
  testMatch: ['<rootDir>/test/failure/*.failure.ts'],
};
