/**
 * Who may import whom, finer than the projects of tsconfig can say. A file belongs to the first group whose glob fits it;
 * a group names every file (by glob) and package it may import, its own folder included. Changing this table is a
 * reviewed act: see ARCHITECTURE.md.
 */
import { matchesGlob, posix } from 'node:path';

/** Files that share a rule. `from` and `files` are globs from the root; `packages` are names, `node:*` or `*`. */
export interface Layer {
  readonly from: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** One import as written in a file. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** What serves only tests: no program may import it. */
const TESTS = '{test/**,**/*.test.*,**/{testing,fidelity,fixtures}/**,**/{testing,conformance*}.ts}';

/** What runs in a browser. */
const WINDOW_PACKAGES = [
  'react',
  'react-dom',
  '@tanstack/*',
  '@xterm/*',
  '@codemirror/*',
  'radix-ui',
  'lucide-react',
  'react-markdown',
  'react-resizable-panels',
];

/** The tasks of a person, a folder of the window each. */
const TASKS = [
  'sessions',
  'replay',
  'compare',
  'approvals',
  'gateway',
  'findings',
  'exports',
  'integrity',
  'operating',
  'palette',
  'sign-in',
];

const LAYERS: readonly Layer[] = [
  // Tests, and what serves only them, look at everything from outside, and may start anything but Electron.
  { from: TESTS, files: ['**', TESTS], packages: ['*', '!electron'] },

  // Pure: no Node, no DOM; packages that are pure as well. Recording is the ground; the rest stands on it.
  { from: 'shared/recording/**', files: ['shared/recording/**', 'shared/globals.d.ts'], packages: ['cborg'] },
  {
    from: 'shared/filter/**',
    files: ['shared/filter/**', 'shared/recording/**', 'shared/policy/{decision,facts,recorded-decision}.ts'],
    packages: [],
  },
  {
    from: 'shared/replay/**',
    files: ['shared/replay/**', 'shared/recording/**', 'shared/api/**', 'shared/policy/recorded-decision.ts'],
    packages: [],
  },
  // What files written by people hold: read by the gateway, which has no need of hono.
  {
    from: 'shared/{notation.ts,policy/**}',
    files: ['shared/notation.ts', 'shared/policy/**', 'shared/recording/**'],
    packages: ['zod'],
  },
  // What gateways and team servers say to each other, and to those who decide.
  {
    from: 'shared/{approvals,fleet}/**',
    files: ['shared/{approvals,fleet,policy,recording}/**'],
    packages: ['zod'],
  },
  // Two runs of one job are aligned by a well-kept diff.
  { from: 'shared/compare/**', files: ['shared/**'], packages: ['diff'] },
  { from: 'shared/**', files: ['shared/**'], packages: ['@hono/zod-openapi'] },

  // The one file of the gateway that knows all its parts, and the configuration that describes them.
  { from: 'gateway/*.ts', files: ['gateway/**', 'shared/**'], packages: ['node:*', 'pino', 'yaml', 'zod'] },
  // A protocol may use the leaves: it is what they are for.
  {
    from: 'gateway/postgres/**',
    files: ['gateway/*/**', 'gateway/config.ts', 'gateway/entry-module.ts', 'shared/**'],
    packages: ['node:*', 'libpg-query', 'pg-protocol'],
  },
  // Leaves: shared and nothing beside themselves. The SQLite store is the only place of the gateway with a database.
  {
    from: 'gateway/archive/sqlite/**',
    files: ['gateway/archive/**', 'shared/**'],
    packages: ['node:*', 'better-sqlite3'],
  },
  {
    from: 'gateway/archive/bucket/**',
    files: ['gateway/archive/**', 'shared/**'],
    packages: ['node:*', '@aws-sdk/client-s3'],
  },
  {
    from: 'gateway/archive/**',
    files: ['gateway/archive/**', 'shared/**'],
    packages: ['node:*'],
  },
  // What is put into a remote store, and read there: bundles of the log, whatever holds it on this side.
  {
    from: 'gateway/remote/**',
    files: ['gateway/remote/**', 'gateway/archive/**', 'shared/**'],
    packages: ['node:*', '@aws-sdk/client-s3'],
  },
  // What is sent to others is read from the archive, however they want it.
  {
    from: 'gateway/stream/**',
    files: ['gateway/stream/**', 'gateway/archive/**', 'shared/**'],
    packages: ['node:*'],
  },
  { from: 'gateway/recorder/**', files: ['gateway/recorder/**', 'shared/**'], packages: ['node:*'] },
  {
    from: 'gateway/identity/**',
    files: ['gateway/identity/**', 'shared/**'],
    packages: ['node:*', 'jose', 'oidc-provider'],
  },
  // What a policy may name is told by two lists that are made for those who read statements.
  {
    from: 'gateway/policy/unknown-names.ts',
    files: ['shared/**', 'gateway/postgres/all-verbs.ts', 'gateway/postgres/facts/built-ins.ts'],
    packages: [],
  },
  {
    from: 'gateway/policy/**',
    files: ['gateway/policy/**', 'shared/**'],
    packages: ['node:*', 'yaml', 'zod'],
  },
  { from: 'gateway/masking/**', files: ['gateway/masking/**', 'shared/**'], packages: ['node:*'] },
  { from: 'gateway/anchors/**', files: ['gateway/anchors/**', 'shared/**'], packages: ['node:*'] },
  { from: 'gateway/approvals/**', files: ['gateway/approvals/**', 'shared/**'], packages: ['node:*'] },
  { from: 'gateway/fleet/**', files: ['gateway/fleet/**', 'shared/**'], packages: ['node:*'] },

  // The host. Electron stays behind one door; everything else runs, and is tested, without its binary.
  {
    from: 'main/hosts/electron.ts',
    files: ['main/**', 'shared/**'],
    packages: ['node:*', 'electron', 'electron-updater'],
  },
  // What the desktop app does with Electron, without Electron: it is handed what it needs of it.
  {
    from: 'main/desktop/**',
    files: ['main/**', 'gateway/{config,entry-module,gateway}.ts', 'gateway/archive/**', 'shared/**'],
    packages: ['node:*', 'yaml', 'zod'],
  },
  {
    from: 'main/casework/**',
    files: [
      'main/casework/**',
      'main/session-events.ts',
      'gateway/archive/{archive,ed25519,key-file}.ts',
      'shared/**',
    ],
    packages: ['node:*', 'better-sqlite3'],
  },
  {
    from: 'main/demo/**',
    files: [
      'main/**',
      'gateway/config.ts',
      'gateway/entry-module.ts',
      'gateway/archive/**',
      'gateway/identity/**',
      'shared/**',
    ],
    packages: ['node:*', 'pg', 'pg-copy-streams', 'yaml', 'zod'],
  },
  // Recorded terminals are played on a screen that nobody sees.
  {
    from: 'main/replay/**',
    files: ['main/**', 'gateway/archive/**', 'shared/**'],
    packages: ['node:*', '@xterm/*'],
  },
  // Imports write what the archive's own writer takes, with the facts that the gateway's thread would find.
  {
    from: 'main/{imports/**,commands/import.ts,commands/remote-index.ts}',
    files: [
      'main/**',
      'gateway/archive/**',
      'gateway/remote/**',
      'gateway/config.ts',
      'gateway/postgres/facts.ts',
      'shared/**',
    ],
    packages: ['node:*', 'yaml', 'zod'],
  },
  // The gateway as it is run from the window: its YAML is changed in place, its databases are logged in to as it would.
  {
    from: 'main/gateway-config/**',
    files: [
      'main/**',
      'gateway/{config,control-schema,entry-module,probing}.ts',
      'gateway/{archive,identity,policy}/**',
      'shared/**',
    ],
    packages: ['node:*', 'yaml', 'zod'],
  },
  // A redaction writes volumes anew, in an archive that is closed or that of a gateway which does not run.
  {
    from: 'main/commands/{redact,keys}.ts',
    files: [
      'main/**',
      'gateway/archive/**',
      'gateway/remote/keys/**',
      'gateway/{config,control-schema,gateway,redact-stopped}.ts',
      'gateway/postgres/facts.ts',
      'shared/**',
    ],
    packages: ['node:*'],
  },
  {
    from: 'main/**',
    files: [
      'main/**',
      'gateway/gateway.ts',
      'gateway/verifying.ts',
      'gateway/{opening,direct-opening}.ts',
      'gateway/{control,approvals}-schema.ts',
      'gateway/privileges.ts',
      'gateway/config.ts',
      'gateway/user-folders.ts',
      'gateway/archive/**',
      'gateway/remote/**',
      'gateway/identity/**',
      'gateway/policy/**',
      'gateway/postgres/facts/**',
      'shared/**',
    ],
    packages: [
      'node:*',
      'commander',
      'hono',
      '@hono/node-server',
      '@hono/zod-openapi',
      'mdast-util-from-markdown',
      'openid-client',
      'pdfkit',
      'zod',
      'pino',
    ],
  },

  // The window knows the API and nothing of the host behind it. Parts know no task; tasks do not know each other.
  { from: 'renderer/words/**', files: ['renderer/words/**', 'shared/**'], packages: [] },
  {
    from: 'renderer/ui/**',
    files: ['renderer/ui/**', 'renderer/words/**', 'shared/**'],
    packages: WINDOW_PACKAGES,
  },
  // What shows recorded frames, for every task that does.
  inWindow('renderer/player/**', ['renderer/player/**']),
  // What people write beside the record: notes, evidence and verdicts are given wherever something is seen.
  inWindow('renderer/casework/**', ['renderer/casework/**', 'renderer/player/**']),
  // The filter bar stands above every list.
  inWindow('renderer/filter/**', ['renderer/filter/**']),
  ...TASKS.map((task) =>
    inWindow(`renderer/${task}/**`, [
      `renderer/${task}/**`,
      'renderer/casework/**',
      'renderer/filter/**',
      'renderer/player/**',
    ]),
  ),
  { from: 'renderer/**', files: ['renderer/**', 'shared/**'], packages: WINDOW_PACKAGES },

  // Programs around the product.
  {
    from: 'bench/**',
    files: ['bench/**', 'build/chromium.ts', 'gateway/**', 'main/**', 'shared/**', TESTS],
    packages: ['*', '!electron'],
  },
  // What docs/vectors holds is made from the code that verifiers are held against.
  {
    from: 'build/{make-vectors.ts,vectors/**}',
    files: [
      'build/vectors/**',
      'shared/{recording,remote}/**',
      'gateway/archive/ed25519.ts',
      'gateway/remote/keys/**',
    ],
    packages: ['node:*', 'prettier'],
  },
  // Pages of docs/ are written from the tables, schemas and commands that they describe.
  {
    from: 'build/{docs.ts,docs/**}',
    files: ['build/docs/**', 'gateway/**', 'main/**', 'shared/**'],
    packages: ['node:*', '@hono/zod-openapi', 'commander', 'prettier', 'yaml', 'zod'],
  },
  // What a package is built to trust is what it reads.
  {
    from: 'build/package/**',
    files: ['build/**', 'main/desktop/updates/update-feed.ts'],
    packages: ['*', '!electron'],
  },
  { from: 'build/**', files: ['build/**'], packages: ['*', '!electron'] },
  { from: '*.config.ts', files: ['build/**'], packages: ['*', '!electron'] },
];

/** A folder of the window: beside `folders` it may import parts, words and what lies directly in renderer/. */
function inWindow(from: string, folders: readonly string[]): Layer {
  const files = [...folders, 'renderer/ui/**', 'renderer/words/**', 'renderer/*', 'shared/**'];
  return { from, files, packages: WINDOW_PACKAGES };
}

/** The group a file belongs to; undefined when the table forgot it. */
export function layerOf(file: string): Layer | undefined {
  return LAYERS.find(({ from }) => isIn(file, from));
}

/** What was asked before, by glob and path: a file has many imports and is imported by many, and every question costs. */
const asked = new Map<string, Map<string, boolean>>();

function isIn(path: string, glob: string): boolean {
  const paths = asked.get(glob) ?? new Map<string, boolean>();
  asked.set(glob, paths);
  const known = paths.get(path);
  if (known !== undefined) return known;
  const fits = matchesGlob(path, glob);
  paths.set(path, fits);
  return fits;
}

/** Says what is wrong with an import, or null when the table allows it. */
export function violation({ file, specifier }: Import): string | null {
  const layer = layerOf(file);
  if (layer === undefined) return `${file} belongs to no layer`;
  const local = specifier.startsWith('.');
  const target = local ? posix.join(posix.dirname(file), withoutQuery(specifier)) : packageName(specifier);
  if (local && isIn(target, TESTS) && !layer.files.includes(TESTS)) return `${file} imports ${target}`;
  return allows(local ? layer.files : layer.packages, target) ? null : `${file} imports ${target}`;
}

/** A target passes when a pattern takes it in and none that starts with `!` leaves it out. */
function allows(patterns: readonly string[], target: string): boolean {
  const fits = (pattern: string) => pattern === '*' || pattern === '**' || isIn(target, pattern);
  return (
    patterns.some((pattern) => fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

/** Vite's suffixes (`?url`, `?raw`) are no part of the path. */
function withoutQuery(specifier: string): string {
  return specifier.split('?', 1)[0] ?? specifier;
}

/** `@scope/name/path` → `@scope/name`, `node:fs/promises` → `node:fs`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
