/** What proves the events of a bundle: evidence/proof.json (docs/format.md §10). */
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import type { LogEvidence, VolumeEvidence } from '../../../gateway/archive/evidence.ts';
import { parseCheckpoint } from '../../../shared/recording/checkpoint.ts';
import { parseNote } from '../../../shared/recording/note.ts';
import { HASH_BYTES, type Subtree, subtreesOf } from '../../../shared/recording/tree.ts';
import { CommandError } from '../../failure.ts';
import type { Redacted } from './gather.ts';

type Evidence = Pick<ArchiveReader, 'logs' | 'subtrees' | 'cosigned' | 'redactions'>;

/** Subtrees asked for at once: a second's work at most, and no more in memory. */
const AT_ONCE = 2000;

interface Proof {
  readonly checkpoint: string;
  readonly from: number;
  readonly beside: string;
}

/** What proof.json says of one log. */
export interface LogProof {
  readonly log: string;
  readonly proofs: readonly Proof[];
  readonly redactions: readonly { readonly event: number; readonly field: string; readonly note: string }[];
  readonly seals: readonly { readonly volume: string; readonly note: string }[];
}

/** What is selected of a log. */
export interface LogSelection {
  /** Hex. */
  readonly log: string;
  /** Ascending. */
  readonly indexes: readonly number[];
  /** Indexes of `signingKey` events among them that replaced a key. */
  readonly rotations: readonly number[];
  readonly redacted: Redacted;
}

/** Proves the selection; throws NO_PROOF where the archive does not hold what that takes. */
export async function proofOf(archive: Evidence, selection: LogSelection): Promise<LogProof> {
  const { log, indexes, rotations } = selection;
  const evidence = (await archive.logs()).find((one) => one.log === log);
  if (evidence === undefined) throw new CommandError('NO_PROOF', `the archive has no volume of log ${log}`);
  const proofs = new Map<string, Proof>();
  for (const index of rotations) {
    const note = await archive.cosigned(log, index);
    const proof = note && (await prove(archive, log, indexes, note, 0));
    if (proof) proofs.set(proof.checkpoint, proof);
  }
  for (const proof of await proveAll(archive, evidence, indexes)) proofs.set(proof.checkpoint, proof);
  const gone = selection.redacted.get(log) ?? new Set();
  const redactions = gone.size === 0 ? [] : await archive.redactions(log);
  return {
    log,
    proofs: [...proofs.values()].toSorted((a, b) => sizeOf(a.checkpoint) - sizeOf(b.checkpoint)),
    redactions: redactions.filter(({ event, field }) => gone.has(`${event}/${field}`)),
    seals: evidence.volumes
      .filter((volume) => indexes.some((index) => holds(volume, index)))
      .flatMap(({ file, seal }) => (seal === null ? [] : [{ volume: file, note: seal }])),
  };
}

function holds({ first, next }: VolumeEvidence, index: number): boolean {
  return first <= index && index < next;
}

/** One proof by the newest checkpoint; where volumes between are gone, one for each run of those that are here. */
async function proveAll(
  archive: Evidence,
  { log, volumes }: LogEvidence,
  indexes: readonly number[],
): Promise<Proof[]> {
  const newest = volumes.findLast(({ checkpoint }) => checkpoint !== null)?.checkpoint ?? null;
  if (newest === null) throw noCheckpoint(log);
  const whole = await prove(archive, log, indexes, newest, 0);
  if (whole !== null) return [whole];
  const proofs: Proof[] = [];
  for (const volume of volumes) {
    const own = indexes.filter((index) => holds(volume, index));
    if (own.length === 0) continue;
    if (volume.checkpoint === null) throw noCheckpoint(log);
    const from = proofs.length === 0 ? 0 : volume.first;
    const proof = await prove(archive, log, own, volume.checkpoint, from);
    if (proof === null)
      throw new CommandError(
        'NO_PROOF',
        `${volume.file} has not the hashes that prove its events: verify the archive`,
      );
    proofs.push(proof);
  }
  return proofs;
}

function noCheckpoint(log: string): CommandError {
  const what = `nothing of log ${log} is signed yet, so nothing proves it`;
  return new CommandError('NO_PROOF', `${what}: try again when the gateway has written on`);
}

/** The proof of those of `indexes` that are under the checkpoint; null where the tree beside them is not known here. */
async function prove(
  archive: Evidence,
  log: string,
  indexes: readonly number[],
  checkpoint: string,
  from: number,
): Promise<Proof | null> {
  const size = sizeOf(checkpoint);
  const blocks: Uint8Array[] = [];
  for (const asked of chunked(beside(indexes, size))) {
    for (const hash of await archive.subtrees(log, asked)) {
      if (hash === null) return null;
      blocks.push(hash);
    }
  }
  const hashes = Buffer.alloc(blocks.length * HASH_BYTES);
  for (const [i, hash] of blocks.entries()) hashes.set(hash, i * HASH_BYTES);
  return { checkpoint, from, beside: hashes.toString('base64') };
}

/** As subtreesBeside of shared/recording/tree.ts, one after the other. */
function* beside(indexes: readonly number[], size: number): Generator<Subtree> {
  let at = 0;
  for (const index of indexes) {
    if (index >= size) break;
    yield* subtreesOf(at, index);
    at = index + 1;
  }
  yield* subtreesOf(at, size);
}

function* chunked(subtrees: Iterable<Subtree>): Generator<Subtree[]> {
  let chunk: Subtree[] = [];
  for (const subtree of subtrees) {
    chunk.push(subtree);
    if (chunk.length < AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function sizeOf(note: string): number {
  const parsed = parseNote(note);
  return (parsed && parseCheckpoint(parsed.text)?.size) ?? 0;
}
