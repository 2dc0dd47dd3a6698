/** `archive.remote` in auditorium.yaml: the store that a gateway's events are put into as they come; and how any bucket is named. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Lock } from '../shared/remote/manifest.ts';
import { isBucketName, type ToldPlace } from './archive/bucket/place.ts';
import { isSafeUrl } from './config-approvals.ts';
import { password } from './config-connection.ts';
import { readPassword, type PasswordPlaces } from './config-password.ts';
import { expected, name, notation, parseDuration, parseSize, path } from './config-values.ts';
import type { KeyPlace } from './remote/keys/open-keys.ts';
import { tenantKeyIn } from './remote/keys/tenant-keys.ts';
import type { ExpiryRules } from './remote/retention/expire.ts';

/** Where the log's events are put beside the archive's folder, as they come. */
export interface RemoteConfig extends ToldPlace {
  /** What the gateway calls itself. */
  readonly gateway: string;
  /** How often what was recorded is put and signed for, ms. */
  readonly every: number;
  /** Bytes a second that are put at most. */
  readonly rate: number;
  /** Where the keys of sessions lie that values are sealed with; left out where values are not sealed. */
  readonly keys?: KeyPlace;
  /** A tenant's keys, base64, the one that seals first; none where the store's owner may read. */
  readonly tenant: readonly string[];
  /** When sessions expire there; never without it. */
  readonly expire?: ExpiryRules;
  /** How the store is told to keep each object; null: as its bucket says. */
  readonly retention: { readonly mode: Lock['mode']; readonly ms: number } | null;
}

/** What names a bucket, wherever one is named. */
export const bucketFields = {
  bucket: z
    .string(expected('a bucket’s name'))
    .refine(isBucketName, {
      error: 'is no name of a bucket: 3 to 63 small letters, digits, dots and hyphens',
    })
    .describe('The name of the bucket.'),
  prefix: z
    .string(expected('the beginning of keys'))
    .default('')
    .describe('What its keys begin with; for `s3` one a gateway.'),
  endpoint: z
    .string(expected('a URL'))
    .refine(isSafeUrl, { error: 'must be an https URL (http only on loopback) without a user' })
    .optional()
    .describe('Of the store; AWS without it.'),
  region: z.string(expected('a region')).optional().describe('The region of the bucket.'),
  forcePathStyle: z
    .boolean(expected('true or false'))
    .optional()
    .describe('Whether the bucket stands in the path; by default where there is an endpoint.'),
} as const;

/** Every put costs a request and a manifest. */
const LEAST_EVERY_MS = 1000;

/** Slower than this a busy gateway would never catch up. */
const LEAST_RATE = 1 << 20;

function parseEvery(text: string): number | null {
  const ms = parseDuration(text);
  return ms !== null && ms >= LEAST_EVERY_MS ? ms : null;
}

function parseRate(text: string): number | null {
  const bytes = parseSize(text);
  return bytes !== null && bytes >= LEAST_RATE ? bytes : null;
}

const retention = z.strictObject(
  {
    mode: z
      .enum(['compliance', 'governance'], expected('compliance or governance'))
      .describe('Whether nobody may shorten it, or whoever has the right to.'),
    for: notation('a duration such as 365d', parseDuration).describe('How long each object is locked.'),
  },
  expected('a mapping with mode and for'),
);

const { bucket: keyBucket, ...keyPlace } = bucketFields;

/** `archive.remote.keys`: a folder or a bucket. */
const keys = z
  .strictObject(
    {
      folder: path.optional().describe('A folder, its paths those of objects in a bucket.'),
      bucket: keyBucket.optional(),
      ...keyPlace,
    },
    expected('a mapping with folder, or with bucket, prefix, endpoint, region and forcePathStyle'),
  )
  .refine(({ folder, bucket }) => (folder === undefined) !== (bucket === undefined), {
    error: 'must name either folder or bucket',
  });

/** `archive.remote.encryption`. */
const encryption = z.strictObject(
  {
    key: password.describe(
      '32 random bytes as base64 or hex (`openssl rand -base64 32`): what is put is sealed with it.',
    ),
    old: z
      .array(password, expected('a list of keys'))
      .default([])
      .describe('Keys before it, which still open what they sealed.'),
  },
  expected('a mapping with key and old'),
);

/** `archive.remote.expire`. */
const expire = z
  .strictObject(
    {
      age: notation('a duration such as 730d', parseDuration)
        .optional()
        .describe('Sessions whose newest event is older expire.'),
      connections: z
        .record(
          name,
          notation('a duration such as 90d', parseDuration),
          expected('a mapping of connections to durations'),
        )
        .default({})
        .describe('The same for sessions on some connections, by name.'),
      bundles: z
        .boolean(expected('true or false'))
        .default(false)
        .describe(
          'Whether bundles are removed, too, once all in them has expired and their lock is over: the gateway needs the right to delete versions.',
        ),
    },
    expected('a mapping with age, connections and bundles'),
  )
  .refine(({ age, connections }) => age !== undefined || Object.keys(connections).length > 0, {
    error: 'has neither age nor connections: give one, or take it out to keep everything',
  })
  .refine(({ age, bundles }) => age !== undefined || !bundles, {
    path: ['bundles'],
    error: 'needs age: without it some sessions stay for good, and bundles with them',
  });

/** `archive.remote`. */
export const remote = z
  .strictObject(
    {
      ...bucketFields,
      gateway: z
        .string(expected('a name'))
        .min(1, expected('a name'))
        .max(200, expected('a shorter name'))
        .optional()
        .describe('What manifests call this gateway; the host’s name without it.'),
      every: notation('a duration such as 60s, at least 1s', parseEvery)
        .prefault('60s')
        .describe('How often what was recorded is put and signed for.'),
      rate: notation('a size such as 32MiB, at least 1MiB', parseRate)
        .prefault('32MiB')
        .describe('Bytes a second that are put at most.'),
      keys: keys
        .optional()
        .describe(
          'Where each session’s values have a key of their own, so that they can be taken back: a folder, or a bucket without a default retention. Lose it, and all values are lost.',
        ),
      encryption: encryption
        .optional()
        .describe(
          'With it the owner of the store reads nothing: all is sealed with a key that only you have.',
        ),
      expire: expire
        .optional()
        .describe(
          'When sessions expire: their values are taken back by destroying their keys, see [retention.md](retention.md).',
        ),
      retention: retention
        .optional()
        .describe(
          'How the store is told to keep each object, by Object Lock; without it as the bucket says.',
        ),
    },
    expected(
      'a mapping with bucket, prefix, endpoint, region, forcePathStyle, gateway, every, rate, keys, encryption, expire and retention',
    ),
  )
  .refine(({ expire: rules, keys: keyed }) => rules === undefined || keyed !== undefined || rules.bundles, {
    path: ['expire'],
    error: 'takes nothing back: name a place for keys as archive.remote.keys, or let bundles be removed',
  })
  .refine(
    ({ keys: keyed, bucket, prefix, endpoint }) =>
      keyed?.bucket !== bucket || keyed.prefix !== prefix || keyed.endpoint !== endpoint,
    {
      path: ['keys'],
      error:
        'lies where bundles are put: what is locked there cannot be taken back; name another prefix or bucket',
    },
  );

/** As written, paths starting from `dir`; without the tenant's keys, which are secrets: see {@link tenantOf}. */
export function remoteOf(written: z.output<typeof remote>, dir: string): RemoteConfig {
  const { keys: keyed, expire: rules, retention: kept, gateway = hostname(), every, rate } = written;
  return {
    ...placeIn(written),
    gateway,
    every,
    rate,
    ...(keyed && { keys: keyPlaceIn(keyed, dir) }),
    tenant: [],
    ...(rules && { expire: { ...rules, age: rules.age ?? null } }),
    retention:
      kept === undefined
        ? null
        : { mode: kept.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', ms: kept.for },
  };
}

/** What secrets are looked up with; `fail` reports what is wrong with a setting, by its path in `archive.remote`, and throws. */
export interface TenantPlaces extends Omit<PasswordPlaces, 'fail'> {
  readonly fail: (setting: readonly (string | number)[], why: string) => never;
}

/** A tenant's keys as base64, the one that seals first. */
export function tenantOf(written: z.output<typeof remote>, places: TenantPlaces): string[] {
  const { encryption: sealed } = written;
  if (sealed === undefined) return [];
  const current = tenantKeyOf(sealed.key, ['encryption', 'key'], places);
  return [current, ...sealed.old.map((old, i) => tenantKeyOf(old, ['encryption', 'old', i], places))];
}

type WrittenPlace = Pick<
  z.output<typeof remote>,
  'bucket' | 'prefix' | 'endpoint' | 'region' | 'forcePathStyle'
>;

function placeIn({ bucket, prefix, endpoint, region, forcePathStyle: pathStyle }: WrittenPlace): ToldPlace {
  return { bucket, prefix, endpoint, region, ...(pathStyle !== undefined && { pathStyle }) };
}

function keyPlaceIn({ folder, bucket = '', ...rest }: z.output<typeof keys>, dir: string): KeyPlace {
  return folder === undefined ? placeIn({ bucket, ...rest }) : { folder: resolve(dir, folder) };
}

function tenantKeyOf(
  secret: Parameters<typeof readPassword>[0],
  setting: readonly (string | number)[],
  { fail, ...places }: TenantPlaces,
): string {
  const read = readPassword(secret, { ...places, fail: (why) => fail(setting, why) });
  if (typeof read !== 'string')
    return fail(
      setting,
      'is a command, which is not run for it: give { env: VARIABLE }, { file: PATH } or { keychain: NAME }',
    );
  const key = tenantKeyIn(read);
  if (key === null)
    return fail(setting, 'is no key of 32 bytes as base64 or hex: openssl rand -base64 32 makes one');
  return Buffer.from(key).toString('base64');
}
