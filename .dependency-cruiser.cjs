// The import table of the architecture as rules: first the data, then the rules made from it.

const FLOOR = ['common', 'config', 'infra'];
const ACCOUNT_BELOW = [...FLOOR, 'labels', 'audit', 'events', 'notifications'];
const SECURITY_BELOW = [...ACCOUNT_BELOW, 'accounts', 'auth'];
const FEATURES = [
  ...['keys', 'labels', 'applications', 'websites', 'accounts', 'auth', 'profiles', 'phones', 'documents'],
  ...['security', 'passkeys', 'sessions', 'notifications', 'events', 'audit'],
];

/** Folder of src → folders of src it may import, besides itself. A folder that is not listed may not be there. */
const MAY_IMPORT = {
  common: [],
  config: ['common'],
  ui: ['common'],

  audit: FLOOR,
  keys: [...FLOOR, 'audit'],
  labels: [...FLOOR, 'audit', 'events'],
  applications: [...FLOOR, 'audit'],
  websites: [...FLOOR, 'audit'],
  // What goes to the broker is signed by our published key, so that consumers verify it as they verify tokens.
  events: [...FLOOR, 'audit', 'keys'],
  notifications: [...FLOOR, 'audit'],

  accounts: ACCOUNT_BELOW,
  auth: [...FLOOR, 'keys', 'applications', 'accounts'],
  profiles: [...ACCOUNT_BELOW, 'accounts'],
  phones: [...ACCOUNT_BELOW, 'accounts'],
  documents: [...ACCOUNT_BELOW, 'accounts'],
  security: SECURITY_BELOW,
  passkeys: [...SECURITY_BELOW, 'security'],
  sessions: [...SECURITY_BELOW, 'security', 'passkeys'],

  'forward-auth': [...FLOOR, 'keys', 'applications', 'accounts', 'auth'],

  pages: [...FLOOR, 'websites', 'auth', 'ui'],
  oauth: [...FLOOR, ...FEATURES, 'pages', 'ui'],
  portal: [...FLOOR, ...FEATURES, 'oauth', 'pages', 'ui'],
  admin: [...FLOOR, ...FEATURES, 'oauth', 'pages', 'ui'],
  // Only a command has it.
  'import-barong': [...FLOOR, ...FEATURES],
};

/** Folder of src/infra → other folders of src/infra it may import; all of them may import common and config. */
const INFRA_MAY_IMPORT = {
  'breached-passwords': ['tracing'],
  metrics: [],
  tracing: ['metrics'],
  crypto: ['metrics', 'tracing'],
  database: ['metrics', 'tracing'],
  'embedded-postgres': ['database'],
  queue: ['metrics', 'tracing', 'database', 'crypto'],
  telemetry: ['metrics', 'tracing', 'database', 'queue'],
  http: ['tracing', 'telemetry', 'database', 'crypto'],
  'rate-limit': ['metrics', 'telemetry', 'database', 'queue', 'crypto'],
  idempotency: ['database', 'queue', 'crypto'],
  'malware-scan': [],
  storage: ['tracing', 'telemetry', 'database', 'queue', 'crypto'],
  outbox: ['telemetry', 'database', 'queue', 'crypto'],
  mail: ['tracing', 'telemetry', 'database', 'queue', 'crypto', 'outbox'],
  sms: ['tracing', 'telemetry', 'database', 'queue', 'crypto', 'outbox'],
};

/** Files that put everything together. They import what they like and nobody imports them. */
const TOP = '^src/([^/]+$|(boot|cli)/)';
/** Read by a person, a tool or a worker thread, not by an import. */
const ENTRY_POINTS = ['^src/(main|cli)\\.ts$', '^ormconfig\\.ts$', '\\.spec\\.tsx?$', '\\.mjs$', '\\.d\\.ts$'];

const inside = (folders) => `^src/(${folders.join('|')})/`;

const folderRule = (folder, allowed) => ({
  name: `${folder.replace('/', '-')}-imports`,
  comment: `src/${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing else of src'}.`,
  severity: 'error',
  from: { path: inside([folder]) },
  to: { path: '^src/', pathNot: inside([folder, ...allowed]) },
});

const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => folderRule(folder, allowed));
const infraRules = Object.entries(INFRA_MAY_IMPORT).map(([folder, others]) =>
  folderRule(`infra/${folder}`, ['common', 'config', ...others.map((other) => `infra/${other}`)]),
);
const listedFolders = [...Object.keys(MAY_IMPORT), ...Object.keys(INFRA_MAY_IMPORT).map((name) => `infra/${name}`)];

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folderRules,
    ...infraRules,
    forbid(
      'folder-is-listed',
      'A new folder gets a line in the table at the top of .dependency-cruiser.cjs first.',
      { path: '^src/', pathNot: [inside(listedFolders), TOP] },
      {},
    ),
    forbid(
      'nobody-imports-the-top',
      'What stands at the top of src, in boot and in cli is imported there only.',
      { pathNot: TOP },
      { path: TOP },
    ),
    forbid(
      'private-to-its-feature',
      "Controllers, DTOs and repositories are their own feature's; import a service, an entity's type or an errors file.",
      { path: '^src/(infra/[^/]+|[^/]+)/' },
      { path: '\\.(controller|dto|repository)\\.tsx?$', pathNot: '^src/$1/' },
    ),
    forbid(
      'no-cycles',
      'Types count too: two files that want each other miss a third, lower one.',
      {},
      { circular: true },
    ),
    forbid(
      'migrations-import-typeorm-only',
      'A migration must not change its meaning when the code does.',
      { path: '^migrations/' },
      { pathNot: '^node_modules/typeorm/' },
    ),
    forbid(
      'migrations-are-listed-once',
      'Only the data source knows the migrations.',
      { pathNot: '^src/infra/database/data-source-options\\.ts$' },
      { path: '^migrations/' },
    ),
    forbid(
      'no-dev-dependencies',
      'What runs in production is a dependency; the embedded database is the one part that only development loads.',
      { path: '^(src|migrations)/', pathNot: ['^src/infra/embedded-postgres/', '\\.spec\\.tsx?$'] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    ),
    forbid(
      'embedded-database-is-loaded-late',
      'A production install does not have these packages: `await import` them when a development server starts.',
      { path: '^src/infra/embedded-postgres/', pathNot: '\\.spec\\.tsx?$' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], dynamic: false },
    ),
    forbid(
      'tracing-is-loaded-late',
      'Without OTEL_EXPORTER_OTLP_ENDPOINT nothing of OpenTelemetry is loaded: only what is in otel/ may import it.',
      { path: '^src/', pathNot: '^src/infra/tracing/otel/' },
      {
        path: '^(node_modules/@opentelemetry/|src/infra/tracing/otel/)',
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    ),
    forbid(
      'only-declared-packages',
      'A package that package.json does not name may be gone after the next install.',
      { path: '^(src|migrations|ormconfig)', pathNot: '\\.spec\\.tsx?$' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-barrels',
      'Import the file that has what you need.',
      {},
      { path: '/index\\.tsx?$', pathNot: '(^|/)node_modules/' },
    ),
    forbid(
      'no-catch-all-folders',
      'Name a folder after what is in it.',
      {},
      { path: '^src/.*/(utils?|helpers?|shared|core)/|^src/(utils?|helpers?|shared|core)/' },
    ),
    forbid(
      'no-orphans',
      'Nothing imports this file and it imports nothing: is it still needed?',
      { orphan: true, pathNot: ENTRY_POINTS },
      {},
    ),
    forbid('not-to-unresolvable', 'This import leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    // Imports of types are imports: without them a cycle of services would pass as soon as one side says `type`.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
