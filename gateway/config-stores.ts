/** `serve.stores` and `serve.rights` in auditorium.yaml: the stores of a team server, each a tenant's, and who sees what of them. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isSafeUrl } from './config-approvals.ts';
import { expected, name, names, path } from './config-values.ts';

/** `s3://bucket/prefix`, a folder with a copy of one, or any other archive. */
const anyPlace = z
  .string(expected('s3://BUCKET/PREFIX, or a folder'))
  .min(1, expected('s3://BUCKET/PREFIX, or a folder'));

const oneStore = z.strictObject(
  {
    name: name.describe('What people choose it by.'),
    store: anyPlace.describe(
      '`s3://BUCKET/PREFIX` that its gateways ship to, or a folder with a copy of it.',
    ),
    endpoint: z
      .string(expected('a URL'))
      .refine(isSafeUrl, { error: 'must be an https URL (http only on loopback) without a user' })
      .optional()
      .describe('Of the object store; as the environment says without it.'),
    region: z.string(expected('a region')).optional().describe('The region of the bucket.'),
    index: anyPlace.describe(
      'Its own index: `https://USER@HOST:8443/DATABASE` of a ClickHouse server, or a folder for one in this program.',
    ),
    follow: z
      .boolean(expected('true or false'))
      .optional()
      .describe(
        'Whether this server indexes what is shipped; by default where the index is a folder. Servers of ClickHouse have `auditorium index run`.',
      ),
    keys: z
      .array(path, expected('a list of files'))
      .optional()
      .describe('Public keys of its gateways; those that are pinned without it.'),
    keyStore: anyPlace
      .optional()
      .describe(
        'Where keys of sealed values lie, a folder or `s3://BUCKET/PREFIX`: what `archive.remote.keys` of its gateways names.',
      ),
    tenantKeys: z
      .array(path, expected('a list of files'))
      .optional()
      .describe('That open what its gateways seal; each tenant has its own.'),
    gateways: names('gateway')
      .optional()
      .describe(
        'Which of the gateways that dial this server are its; all where there is one store, none where there are several.',
      ),
    case: path
      .optional()
      .describe('The file of its case; `cases/NAME.case` in the folder of the server’s user without it.'),
  },
  expected('a mapping with name, store and index'),
);

/** `serve.stores`. */
export const stores = z
  .array(oneStore, expected('a list of stores'))
  .min(1, expected('a list of stores'))
  .refine((all) => new Set(all.map((one) => one.name)).size === all.length, {
    error: 'names two stores the same',
  })
  .optional()
  .describe('In place of `archive`: stores of fleets, see [fleet.md](fleet.md#tenants).');

const right = z.strictObject(
  {
    groups: names('group').min(1, expected('a list of groups')).describe('Whose right it is.'),
    stores: names('store').optional().describe('Names of stores; all without it.'),
    connections: names('connection')
      .optional()
      .describe('Whose sessions they see, and nothing of others; all without it.'),
  },
  expected('a mapping with groups'),
);

/** `serve.rights`. */
export const rights = z
  .array(right, expected('a list of rights'))
  .optional()
  .describe(
    'Who sees which stores and connections, beside what their role lets them do. Without it everybody with a role sees all; with it nobody sees what is not named.',
  );

/** A right that names a store there is none of would be a typing error that shows nothing to whoever it is for. */
export function knowsItsStores(
  { stores: known, rights: written = [] }: Written,
  issue: (path: readonly (string | number)[], message: string) => void,
): void {
  const all = new Set(known?.map((one) => one.name) ?? [ARCHIVE]);
  for (const [i, { stores: named = [] }] of written.entries())
    for (const [j, one] of named.entries())
      if (!all.has(one)) issue(['rights', i, 'stores', j], `names no store: ${[...all].join(', ')}`);
}

interface Written {
  readonly stores?: z.output<typeof stores>;
  readonly rights?: z.output<typeof rights>;
}

/** What rights call the archive of a server that names no stores. */
export const ARCHIVE = 'archive';

/** A store as a team server opens it. Paths are absolute. */
export interface StoreConfig {
  readonly name: string;
  readonly store: string;
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly index: string;
  /** Whether the server indexes it. */
  readonly follow: boolean;
  /** Files; null: what is pinned. */
  readonly keys: readonly string[] | null;
  /** Where keys of sealed values lie: a folder or `s3://…`; null: nothing is sealed. */
  readonly keyStore: string | null;
  /** Files. */
  readonly tenantKeys: readonly string[];
  /** null: none are named. */
  readonly gateways: readonly string[] | null;
  /** null: in the folder of the server's user. */
  readonly case: string | null;
}

/** Who sees what; null is all of them. */
export interface RightConfig {
  readonly groups: readonly string[];
  readonly stores: readonly string[] | null;
  readonly connections: readonly string[] | null;
}

/** `dir` is where relative paths start. */
export function storesOf(written: z.output<typeof stores>, dir: string): StoreConfig[] {
  return (written ?? []).map((one) => {
    const index = isUrl(one.index) ? one.index : resolve(dir, one.index);
    return {
      name: one.name,
      store: placeIn(one.store, dir),
      endpoint: one.endpoint ?? null,
      region: one.region ?? null,
      index,
      follow: one.follow ?? !isUrl(index),
      keys: one.keys?.map((file) => resolve(dir, file)) ?? null,
      keyStore: one.keyStore === undefined ? null : placeIn(one.keyStore, dir),
      tenantKeys: one.tenantKeys?.map((file) => resolve(dir, file)) ?? [],
      gateways: one.gateways ?? null,
      case: one.case === undefined ? null : resolve(dir, one.case),
    };
  });
}

function placeIn(place: string, dir: string): string {
  return place.startsWith('s3://') ? place : resolve(dir, place);
}

/** A store that is named by itself, on the command line. */
export function storeAt(store: string, index: string): StoreConfig {
  const called = store
    .replace(/^s3:\/\//, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(-63);
  const [one] = storesOf([{ name: called === '' ? ARCHIVE : called, store, index }], process.cwd());
  if (one === undefined) throw new TypeError('one store is given');
  return one;
}

/** null: everybody with a role sees everything. */
export function rightsOf(written: z.output<typeof rights>): RightConfig[] | null {
  return (
    written?.map(({ groups, stores: named = null, connections = null }) => ({
      groups,
      stores: named,
      connections,
    })) ?? null
  );
}

/** Where the case of a store lies that names no other place. */
export function caseOfStore({ name: called, case: file }: StoreConfig, userFolder: string): string {
  return file ?? join(userFolder, 'cases', `${called}.case`);
}

function isUrl(index: string): boolean {
  return /^https?:\/\//.test(index);
}
