/** `archive` and `anchors` in auditorium.yaml: where events are kept, when volumes end and go, and who else sees how far a log is. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseFilter } from '../shared/filter/parse.ts';
import { parseKey } from '../shared/recording/note.ts';
import { sha256 } from './archive/ed25519.ts';
import type { ToldPlace } from './archive/bucket/place.ts';
import type { RetentionLimits } from './archive/retention.ts';
import type { RollLimits } from './archive/sqlite/roll.ts';
import { expected, name, notation, parseDuration, parseSize, path } from './config-values.ts';
import { isSafeUrl } from './config-approvals.ts';
import { bucketFields, remote, type RemoteConfig, remoteOf } from './config-remote.ts';

/** When a sealed volume is removed. */
export interface Retention extends RetentionLimits {
  /** Volumes that hold what any of these filters matches stay; the empty filter matches everything. */
  readonly hold: readonly string[];
}

/** Where sealed volumes are put beside the archive's folder. */
export interface BucketConfig extends ToldPlace {
  /** How long they stay in the folder behind their last event, ms; null: for good. */
  readonly keepLocal: number | null;
}

/** How volumes are kept; `retention` is null where they are kept for good. */
export interface VolumesConfig {
  readonly roll: RollLimits;
  readonly retention: Retention | null;
  readonly bucket?: BucketConfig;
  readonly remote?: RemoteConfig;
}

/** Who is told of a log's checkpoints, at most every so many ms; `key` is a C2SP verifier key. */
export type AnchorConfig =
  | { readonly kind: 'file'; readonly path: string; readonly every: number }
  | { readonly kind: 'log'; readonly every: number }
  | { readonly kind: 'witness'; readonly url: string; readonly key: string; readonly every: number };

/** Checkpoints cost a file or a log next to nothing; a witness is asked over the network. */
const EVERY_MS = { local: 10_000, witness: 60_000 };

/** Less than this would be one volume after another, and nothing else. */
const LEAST_VOLUME_BYTES = 1 << 20;

function parseVolumeSize(text: string): number | null {
  const bytes = parseSize(text);
  return bytes !== null && bytes >= LEAST_VOLUME_BYTES ? bytes : null;
}

const duration = (example: string) => notation(`a duration such as ${example}`, parseDuration);

const rollLimits = z
  .strictObject(
    {
      statements: z
        .int(expected('a whole number'))
        .min(1, expected('at least 1'))
        .default(1_000_000)
        .describe('Statements after which a volume is sealed and the next begun.'),
      size: notation('a size such as 4GiB, at least 1MiB', parseVolumeSize)
        .prefault('4GiB')
        .describe('The same, by size.'),
      age: duration('1d').prefault('1d').describe('The same, by age.'),
    },
    expected('a mapping with statements, size and age'),
  )
  .prefault({});

const filter = z.string(expected('a filter')).superRefine((text, context) => {
  const { error } = parseFilter(text);
  if (error !== undefined) context.addIssue({ code: 'custom', message: `is no filter: ${error.message}` });
});

/** `all` is the filter that everything passes. */
const hold = z.preprocess(
  (written) => (written === 'all' ? [''] : written),
  z.array(filter, expected('all, or a list of filters')),
);

const retentionRules = z
  .strictObject(
    {
      age: duration('90d').optional().describe('Sealed volumes whose newest event is older are removed.'),
      connections: z
        .record(name, duration('90d'), expected('a mapping of connections to durations'))
        .default({})
        .describe(
          'The same for sessions on some connections, by name, such as `{ vault: 3650d, scratch: 30d }`: a volume stays as long as any session in it must.',
        ),
      size: notation('a size such as 500GiB', parseSize)
        .optional()
        .describe('While all together are larger, the oldest sealed volume is removed.'),
      hold: hold
        .default([])
        .meta({ notation: '`all`, or a list of filters' })
        .describe('Volumes that hold what one of these filters matches stay; see also `auditorium hold`.'),
    },
    expected('a mapping with age, connections, size and hold'),
  )
  .refine(
    ({ age, size, connections }) =>
      age !== undefined || size !== undefined || Object.keys(connections).length > 0,
    {
      error: 'has neither age nor size: give one, or take it out to keep everything',
    },
  );

function parseKeeping(text: string): number | null {
  return text === 'all' ? Infinity : parseDuration(text);
}

const bucket = z.strictObject(
  {
    ...bucketFields,
    keepLocal: notation('a duration such as 7d, or all', parseKeeping)
      .prefault('all')
      .describe('How long after their last event volumes that were put stay in the folder; `all`: for good.'),
  },
  expected('a mapping with bucket, prefix, endpoint, region, forcePathStyle and keepLocal'),
);

/** Section `archive`: a folder, or a mapping with it. */
export const archive = z.preprocess(
  (written) => (typeof written === 'string' ? { path: written } : written),
  z
    .strictObject(
      {
        path: path.default('./archive').describe('The folder of volumes.'),
        roll: rollLimits,
        retention: retentionRules
          .optional()
          .describe('When sealed volumes are removed; without it all are kept.'),
        s3: bucket
          .optional()
          .describe('A bucket that sealed volumes are put into as well: see [bucket.md](bucket.md).'),
        remote: remote
          .optional()
          .describe('A bucket that the log is put into as it goes: see [remote.md](remote.md).'),
      },
      expected('the path of a folder, or a mapping with path, roll, retention, s3 and remote'),
    )
    .refine(({ retention, s3 }) => retention === undefined || !Number.isFinite(s3?.keepLocal ?? Infinity), {
      error:
        'has both retention and s3.keepLocal: give one, since what is removed by the one is out of reach of the other',
    })
    .prefault({}),
);

const anchor = z
  .strictObject(
    {
      file: path
        .optional()
        .describe(
          'Checkpoints are appended to this file: put it where the gateway’s user can only append, or on the disk of another machine.',
        ),
      log: z
        .literal(true, expected('true'))
        .optional()
        .describe('A line `auditorium checkpoint ORIGIN SIZE ROOT` in the gateway’s own log, of level info.'),
      witness: z
        .strictObject(
          {
            url: z
              .string(expected('a URL'))
              .refine(isSafeUrl, {
                error: 'must be an https URL (http only on loopback) without a user',
              })
              .describe('Where the witness is; `/add-checkpoint` is added.'),
            key: z
              .string(expected('a verifier key'))
              .refine((text) => parseKey(sha256, text) !== null, {
                error:
                  'must be a C2SP verifier key such as witness.example+9a3a7b63+BPl…, as the witness gives it',
              })
              .describe('Its verifier key; the cosignature is kept with the checkpoint.'),
          },
          expected('a mapping with url and key'),
        )
        .optional()
        .describe('A witness that speaks C2SP tlog-witness.'),
      every: duration('1m')
        .optional()
        .describe(
          'How often at most: by default 10 s for files and the log (or 1,000 events), 1 min for witnesses.',
        ),
    },
    expected('a mapping with file, log or witness'),
  )
  .superRefine(({ file, log, witness }, context) => {
    const named = [file, log, witness].filter((kind) => kind !== undefined);
    if (named.length !== 1)
      context.addIssue({ code: 'custom', message: 'must name one of file, log and witness' });
  });

/** Section `anchors`. */
export const anchors = z.array(anchor, expected('a list of anchors')).default([]);

/** Paths start from `dir`. */
export function anchorsOf(written: z.output<typeof anchors>, dir: string): AnchorConfig[] {
  return written.map(({ file, witness, every }) => {
    if (witness !== undefined) return { kind: 'witness', ...witness, every: every ?? EVERY_MS.witness };
    const often = every ?? EVERY_MS.local;
    return file === undefined
      ? { kind: 'log', every: often }
      : { kind: 'file', path: resolve(dir, file), every: often };
  });
}

/** When volumes end and go. */
export function volumesOf(
  { roll, retention, s3, remote: shipped }: z.output<typeof archive>,
  dir: string,
): VolumesConfig {
  const { statements, size: bytes, age } = roll;
  return {
    roll: { statements, bytes, age },
    retention:
      retention === undefined
        ? null
        : {
            age: retention.age ?? null,
            ...(Object.keys(retention.connections).length > 0 && { connections: retention.connections }),
            bytes: retention.size ?? null,
            hold: retention.hold,
          },
    ...(s3 && { bucket: bucketOf(s3) }),
    ...(shipped && { remote: remoteOf(shipped, dir) }),
  };
}

function bucketOf(written: z.output<typeof bucket>): BucketConfig {
  const { forcePathStyle: pathStyle, keepLocal, ...place } = written;
  return {
    ...place,
    ...(pathStyle !== undefined && { pathStyle }),
    keepLocal: Number.isFinite(keepLocal) ? keepLocal : null,
  };
}
