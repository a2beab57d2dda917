import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Files that talk to a person at a terminal; everything else goes through the logger. */
const MAY_WRITE_TO_CONSOLE = ['src/main.ts', 'src/cli.ts', 'src/cli/**', 'src/start-up*.ts', 'src/start-up/**'];

/** The only places that may look at the environment; all other code is handed a Config. */
const MAY_READ_ENVIRONMENT = ['src/config/**', 'test/**', 'bench/**', 'examples/**', '*.config.{js,cjs,mjs}'];

const ENVIRONMENT = 'Only src/config reads the environment: take the setting from Config.';
const readsOfEnvironment = [
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: ENVIRONMENT },
  { selector: "MemberExpression[object.name='process'][property.value='env']", message: ENVIRONMENT },
  {
    selector: "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']",
    message: ENVIRONMENT,
  },
  { selector: 'ImportDeclaration[source.value=/^(node:)?process$/]', message: ENVIRONMENT },
];

const nodeGlobals = Object.fromEntries(
  [
    ...[
      'process',
      'console',
      'Buffer',
      'URL',
      'URLSearchParams',
      'fetch',
      'Headers',
      'FormData',
      'Blob',
      'performance',
    ],
    ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask'],
    ...['AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'structuredClone', 'crypto', 'btoa', 'atob'],
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'node_modules/', 'coverage/', 'public/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...readsOfEnvironment],
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ['examples/spa/app.js'],
    languageOptions: { globals: { document: 'readonly', location: 'readonly', history: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
  },
  {
    files: ['**/*.{ts,mts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Off on purpose: `import type` of a class that a constructor takes erases it from the metadata Nest injects by.
      '@typescript-eslint/consistent-type-imports': 'off',
      // `base-params` counts `this: void`; five things are as many as a reader keeps in mind.
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Methods that are async because an interface, or a test double of one, says so.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines-per-function': ['error', { max: 60 }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/common',
              importNames: ['forwardRef'],
              message: 'When two folders want each other, the missing idea is a third, lower one.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**', '**/*.spec.{ts,tsx}'],
    rules: {
      complexity: 'off',
      '@typescript-eslint/max-params': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['**/*.spec.{ts,tsx}'], rules: { 'max-lines-per-function': 'off' } },
  { files: MAY_READ_ENVIRONMENT, rules: { 'no-restricted-syntax': 'off' } },
  { files: [...MAY_WRITE_TO_CONSOLE, 'bench/**', 'examples/**', 'test/**'], rules: { 'no-console': 'off' } },
);
