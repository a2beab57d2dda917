import config from './jest.config.js';

/** What is deployed: image, compose file, manifests. Needs root, Linux and kubectl (test/deploy/install-kubectl.sh). */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/deploy'],
  testMatch: ['<rootDir>/test/deploy/*.deploy.ts'],
  testTimeout: 600_000,
};
