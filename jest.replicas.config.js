import config from './jest.config.js';

/** Several servers behind Debian's nginx (test/nginx/install-nginx.sh); all else is as in the other tests. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/replicas'],
  testMatch: ['<rootDir>/test/replicas/**/*.replicas.ts'],
  // Each of them is already more processes than a small machine has cores.
  maxWorkers: 1,
};
