import { readFileSync } from 'node:fs';
import { register } from 'node:module';

// Jest compiles tests and what they import. Its global set-up runs outside of that, by plain Node.
register('./test/support/typescript-loader.mjs', import.meta.url);

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  injectGlobals: false,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/src/**/*.spec.{ts,tsx}', '<rootDir>/test/**/*.test.{ts,tsx}'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': ['@swc/jest', JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'))] },
  // Our imports name the .js that tsc makes; packages really have one, so that is tried first.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts', '$1.tsx'] },
  globalSetup: '<rootDir>/test/support/global-setup.mts',
  globalTeardown: '<rootDir>/test/support/global-teardown.mts',
  // Far more than any test takes: a slow machine must not fail one, only a test that hangs.
  testTimeout: 240_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '768MB',
};
