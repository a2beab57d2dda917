import config from './jest.config.js';

/** The tests that need Debian's RabbitMQ (test/support/install.sh); all else is as in the other tests. */
/** @type {import('jest').Config} */
export default {
  ...config,
  roots: ['<rootDir>/test/rabbitmq'],
  testMatch: ['<rootDir>/test/rabbitmq/**/*.rabbitmq.ts'],
  // A broker takes its time to start, and starts more than once.
  testTimeout: 240_000,
};
