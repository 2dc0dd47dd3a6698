/** `auditorium verify`: whether an archive is what was recorded. */
import { isBundle } from '../../gateway/archive/bundle/bundle-source.ts';
import { type BundleReport, verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import type { Progress, Report, VerifyRequest } from '../../gateway/archive/sqlite/verify/verify.ts';
import { userFolder } from '../../gateway/config.ts';
import { verifyApart } from '../../gateway/verifying.ts';
import { originOf } from '../../shared/recording/checkpoint.ts';
import { VERDICTS, type Verdict } from '../../shared/recording/verdict.ts';
import { readAnchors } from '../anchor-file.ts';
import { placeNamed, wholeName } from '../bucket.ts';
import type { verifyBucket } from '../verify-bucket.ts';
import { pinnedKeys } from '../pinned-keys.ts';
import { namedKeySource } from '../remote-keys.ts';
import { print, printJson } from '../terminal.ts';
import { VerifiedHeads, type VerifiedHead } from '../verified-heads.ts';
import { VerifyProgress } from '../verify-progress.ts';
import { reportJson, reportLines } from './verify-report.ts';

export interface VerifyOptions {
  /** Files of public keys, or keys as text; without any, those of the configuration, else the pinned ones. */
  readonly key: readonly string[];
  /** Files of checkpoints. */
  readonly anchor: readonly string[];
  readonly config?: string;
  readonly seal: boolean;
  /** Whether lists and searches are compared with the events. */
  readonly index: boolean;
  /** Neither compare with what was verified here before, nor keep that. */
  readonly forget: boolean;
  readonly json: boolean;
}

/** With these the logs are whole as far as they are signed, and an anchor for the next time. */
export const REMEMBERED: ReadonlySet<Verdict> = new Set([
  'VERIFIED',
  'VERIFIED_WITH_REDACTIONS',
  'INCOMPLETE',
  'EXTRA',
  'LOCK_EXPIRED',
  'INDEX_MISMATCH',
]);

/** What the renderings in a bundle rest on: its events stand for themselves. */
const PACKERS: Readonly<Record<BundleReport['packer'], string>> = {
  known:
    'Report and tables in the bundle are as whoever signed its manifest made them: with a key that was given.',
  unknown:
    'The manifest of the bundle is signed with a key that is not known here: its report and tables prove nothing.',
  nobody: 'The manifest of the bundle is not signed: its report and tables prove nothing.',
};

/** Prints what was found; the exit status of the process says the verdict. */
export async function verify(archive: string, options: VerifyOptions): Promise<void> {
  const place = placeNamed(archive);
  const path = wholeName(archive);
  const heads = new VerifiedHeads(userFolder(process.env));
  const remembered = options.forget ? [] : heads.anchors(path);
  const keys = await pinnedKeys(options, process.env);
  using progress = new VerifyProgress();
  const request = {
    path,
    keys,
    anchors: [...options.anchor.flatMap(readAnchors), ...remembered],
    needSeals: options.seal,
    now: Date.now() * 1_000,
  };
  const onProgress = (made: Progress): void => progress.show(made);
  const bundle = place === null && (await isBundle(path)) ? await verifyBundle(request, onProgress) : null;
  const apart = (asked: VerifyRequest) => verifyApart(asked, { projections: options.index, onProgress });
  const report =
    bundle ??
    (place === null
      ? await apart(request)
      : await inBucket(place, request, {
          verify: apart,
          forget: options.forget,
          keySource: await namedKeySource(options.config ?? null),
        }));
  progress.clear();
  // A bundle is what somebody took out of a log: the next one may well hold less of it.
  if (bundle === null && REMEMBERED.has(report.verdict))
    heads.remember(path, headsOf(report), Date.now(), options.forget);
  if (options.json) printJson(reportJson(report));
  else
    for (const line of reportLines(report, { keys: keys.length, index: options.index || bundle !== null }))
      print(line);
  if (bundle !== null && !options.json) print(PACKERS[bundle.packer]);
  process.exitCode = VERDICTS[report.verdict];
}

/** The signed heads of what was verified. */
export function headsOf({ logs }: Pick<Report, 'logs'>): VerifiedHead[] {
  return logs.flatMap(({ log, signed, root }) =>
    signed === null || root === null
      ? []
      : [{ origin: originOf(Buffer.from(log, 'hex')), size: signed, root }],
  );
}

/** The client of a store is half a second of loading, which a folder does not need. */
async function inBucket(...asked: Parameters<typeof verifyBucket>): ReturnType<typeof verifyBucket> {
  const bucket = await import('../verify-bucket.ts');
  return bucket.verifyBucket(...asked);
}
