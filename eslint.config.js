import { builtinModules } from 'node:module';

import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { awaitPromisesTogether } from './eslint-rules/await-promises-together.ts';

/**
 * What each folder of src may import from its siblings: imports point one way (docs/architecture.md).
 * A folder that is not listed may import nothing but packages.
 */
const mayImport = {
  spec: [],
  description: ['spec'],
  workflows: ['spec'],
  templates: [],
  calls: [],
  kubernetes: ['calls', 'templates'],
  tracing: [],
  fabric: ['calls', 'templates', 'tracing'],
  activities: ['calls', 'spec', 'fabric', 'kubernetes', 'templates'],
  worker: ['activities', 'client', 'codec', 'fabric', 'kubernetes', 'workflows', 'spec', 'tracing'],
  codec: [],
  client: ['spec', 'workflows', 'tracing', 'codec'],
  database: [],
  local: [],
  operations: ['client', 'spec', 'kubernetes', 'fabric', 'workflows'],
  api: ['operations', 'client', 'codec', 'description', 'spec', 'database', 'workflows', 'tracing'],
  'api-client': [],
  web: ['api-client'],
  cli: [
    'api',
    'api-client',
    'operations',
    'client',
    'codec',
    'database',
    'description',
    'spec',
    'local',
    'kubernetes',
    'fabric',
    'worker',
    'workflows',
  ],
};

/**
 * Whose types a folder may import, though not its code: a workflow knows its activities by their signatures, Fabric's side the words of the description,
 * a table the steps and conditions that it keeps.
 */
const mayImportTypes = { workflows: ['activities'], fabric: ['spec'], database: ['workflows'] };

const folders = Object.keys(mayImport);

/** Packages that one folder alone may import: nobody else knows which database it is, and what SQL it speaks. */
const DATABASE_PACKAGES = {
  group: ['kysely', 'kysely/*', 'pg', '@electric-sql/*'],
  message: 'Queries are functions of src/database.',
};

/** How deep folders go below `src/<folder>`: its own files, those of a family in it, and one level more. */
const DEPTHS = [1, 2, 3];

/** Forbids in `src/<folder>` every sibling folder that it may not import; a family in it may have the name of a sibling. */
function boundary(folder, patterns = []) {
  const forbidden = folders.filter((other) => other !== folder && !mayImport[folder].includes(other));
  const typesOnly = mayImportTypes[folder] ?? [];
  return DEPTHS.map((depth) => {
    const from = (others) => `^(\\.\\./){${depth}}(${others.join('|')})/`;
    return {
      files: [`src/${folder}/${'*/'.repeat(depth - 1)}*.{ts,tsx}`],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: from(forbidden.filter((other) => !typesOnly.includes(other))),
                message: `src/${folder} may only import from: ${mayImport[folder].join(', ') || 'packages'}. See docs/architecture.md.`,
              },
              ...typesOnly.map((other) => ({
                regex: from([other]),
                allowTypeImports: true,
                message: `src/${folder} may import only types from src/${other}.`,
              })),
              ...(folder === 'database' ? [] : [DATABASE_PACKAGES]),
              ...patterns,
            ],
          },
        ],
      },
    };
  });
}

export default defineConfig(
  globalIgnores(['node_modules/', 'coverage/', 'dist/', 'src/api-client/generated.ts']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A promise that nobody awaits is work that a workflow or a shutdown silently loses.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Fabric and Kubernetes name things; a rule against long functions is worth more than one against words.
      complexity: ['error', 12],
      eqeqeq: 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name, so that a search finds every use.' },
      ],
    },
  },
  {
    // In tests a rejection that nobody handles fails the run, and says where.
    files: ['src/**/*.{ts,tsx}'],
    plugins: { weft: { rules: { 'await-promises-together': awaitPromisesTogether } } },
    rules: { 'weft/await-promises-together': 'error' },
  },
  ...folders
    .filter((folder) => !['workflows', 'cli', 'operations', 'spec'].includes(folder))
    .flatMap((folder) => boundary(folder)),
  ...boundary('spec', [
    {
      group: [...builtinModules, 'node:*', 'yaml'],
      message: 'src/spec is pure and part of the workflow bundle: YAML and files are read by the faces.',
    },
  ]),
  ...boundary('cli', [
    {
      regex: '/fabric/(?!gateway/|error\\.ts)',
      message: "Of src/fabric only the gateway's client: a chaincode is called from here, everything else is a run's.",
    },
  ]),
  ...boundary('operations', [
    {
      regex: '/fabric/(?!gateway/|channel/signed-update\\.ts|error\\.ts)',
      message:
        "Of src/fabric only the gateway's client and the file of an update: a chaincode is called from here, and an update signed; everything else is a run's.",
    },
    {
      group: ['node:readline', 'node:readline/*', 'node:tty', 'node:process', 'commander', 'log-update', 'yaml'],
      message: 'A use case knows no terminal, no flags and no files: those are the faces.',
    },
  ]),
  ...boundary('workflows', [
    {
      group: [...builtinModules, 'node:*', '@temporalio/*', '!@temporalio/workflow', '!@temporalio/common'],
      message: 'Workflow code is deterministic: only @temporalio/workflow, @temporalio/common, types and src/spec.',
    },
  ]),
  { files: ['*.config.ts', '*.config.js'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
