/** `archive.remote` in auditorium.yaml: the store that a gateway's events are put into as they come; and how any bucket is named. */
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Lock } from '../shared/remote/manifest.ts';
import { isBucketName, type ToldPlace } from './archive/bucket/place.ts';
import { isSafeUrl } from './config-approvals.ts';
import { expected, notation, parseDuration, parseSize } from './config-values.ts';

/** Where the log's events are put beside the archive's folder, as they come. */
export interface RemoteConfig extends ToldPlace {
  /** What the gateway calls itself. */
  readonly gateway: string;
  /** How often what was recorded is put and signed for, ms. */
  readonly every: number;
  /** Bytes a second that are put at most. */
  readonly rate: number;
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

/** `archive.remote`. */
export const remote = z.strictObject(
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
    retention: retention
      .optional()
      .describe('How the store is told to keep each object, by Object Lock; without it as the bucket says.'),
  },
  expected(
    'a mapping with bucket, prefix, endpoint, region, forcePathStyle, gateway, every, rate and retention',
  ),
);

/** As written. */
export function remoteOf(written: z.output<typeof remote>): RemoteConfig {
  const { forcePathStyle: pathStyle, retention: kept, gateway = hostname(), ...rest } = written;
  return {
    ...rest,
    gateway,
    ...(pathStyle !== undefined && { pathStyle }),
    retention:
      kept === undefined
        ? null
        : { mode: kept.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', ms: kept.for },
  };
}
