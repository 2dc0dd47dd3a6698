/**
 * What a disk may hold after the power went: from what was done to its files, images as the disk would show them after a
 * cut. What was synced is there; of the rest nothing, the first part, any part, or any sectors of any part. Entries of a
 * folder (files begun, removed, renamed) are as unsure as bytes until the folder was synced.
 */
import { dirname } from 'node:path';
import type { Dice } from './dice.ts';

/** One thing done. `ack`, `anchored` and `shipped` are no operations but what was promised by then. */
export type Op =
  | { readonly kind: 'create' | 'remove' | 'syncBegin' | 'syncEnd'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'syncFolderBegin' | 'syncFolderEnd'; readonly path: string }
  /** `from` is called `path` from now on, where another file may have been. */
  | { readonly kind: 'rename'; readonly from: string; readonly path: string }
  /** The event of this index was promised to be safe. */
  | { readonly kind: 'ack'; readonly index: number }
  /** Somebody else was given this checkpoint. */
  | { readonly kind: 'anchored'; readonly note: string }
  /** Every event before this index is in the archive. */
  | { readonly kind: 'shipped'; readonly index: number };

export const VARIANTS = ['nothing', 'prefix', 'subset', 'torn'] as const;
/** `everything`: not the power went, but the program. */
export type Variant = (typeof VARIANTS)[number] | 'everything';

/** Disks write whole sectors. */
const SECTOR_BYTES = 512;

/** How likely each part of what was not synced is there. */
const KEPT = 0.55;

type Change = Extract<Op, { kind: 'write' | 'truncate' }>;

/** A file apart from its name. */
interface File {
  readonly durable: Contents;
  pending: (Change | 'barrier')[];
}

type Entry =
  | { readonly kind: 'create'; readonly path: string; readonly file: File }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly path: string; readonly file: File };

/** Where a sync of a folder began among the changes of its entries. */
interface FolderBarrier {
  readonly kind: 'barrier';
  /** The folder. */
  readonly path: string;
}

/** What the disk may hold after one cut. */
export interface Cut {
  /** Index of the last operation before it. */
  readonly after: number;
  readonly variant: Variant;
  /** The files by path. */
  readonly image: ReadonlyMap<string, Buffer>;
}

/** Every variant of each of the cuts, which are indexes of operations. */
export function* cutsOf(
  ops: readonly Op[],
  cuts: readonly number[],
  dice: Dice,
  variants: readonly Variant[] = VARIANTS,
): Generator<Cut> {
  const disk = new Disk();
  let next = 0;
  for (const after of cuts.toSorted((a, b) => a - b)) {
    for (; next <= after; next++) disk.take(ops[next] as Op);
    for (const variant of variants) yield { after, variant, image: disk.cut(variant, dice) };
  }
}

class Disk {
  /** As programs see it. */
  readonly #seen = new Map<string, File>();
  /** As a cut would leave it. */
  readonly #durable = new Map<string, File>();
  #entries: (Entry | FolderBarrier)[] = [];

  take(op: Op): void {
    switch (op.kind) {
      case 'create': {
        const file: File = { durable: new Contents(), pending: [] };
        this.#seen.set(op.path, file);
        this.#entries.push({ kind: 'create', path: op.path, file });
        return;
      }
      case 'remove':
        this.#seen.delete(op.path);
        this.#entries.push({ kind: 'remove', path: op.path });
        return;
      case 'rename': {
        const file = this.#seen.get(op.from);
        if (file === undefined) return;
        this.#seen.delete(op.from);
        this.#seen.set(op.path, file);
        this.#entries.push({ ...op, file });
        return;
      }
      case 'write':
      case 'truncate':
        this.#seen.get(op.path)?.pending.push(op);
        return;
      case 'syncBegin':
        this.#seen.get(op.path)?.pending.push('barrier');
        return;
      case 'syncEnd':
        return this.#synced(this.#seen.get(op.path));
      case 'syncFolderBegin':
        this.#entries.push({ kind: 'barrier', path: op.path });
        return;
      case 'syncFolderEnd':
        return this.#folderSynced(op.path);
      case 'ack':
      case 'anchored':
      case 'shipped':
    }
  }

  /** Changes nothing: the next cut may come. */
  cut(variant: Variant, dice: Dice): Map<string, Buffer> {
    const files = new Map(this.#durable);
    const entries = this.#entries.filter((entry) => entry.kind !== 'barrier');
    for (const entry of survivors(entries, variant, dice)) apply(entry, files);
    const image = new Map<string, Buffer>();
    for (const [path, { durable, pending }] of files) {
      const changes = pending.filter((change) => change !== 'barrier');
      const kept = variant === 'torn' ? torn(changes, dice) : survivors(changes, variant, dice);
      const contents = new Contents(durable);
      for (const change of kept) contents.change(change);
      image.set(path, contents.bytes);
    }
    return image;
  }

  #folderSynced(folder: string): void {
    const barrier = this.#entries.findIndex(({ kind, path }) => kind === 'barrier' && path === folder);
    const before = this.#entries.splice(0, barrier + 1).slice(0, -1);
    const isSafe = (entry: Entry | FolderBarrier) =>
      entry.kind !== 'barrier' && dirname(entry.path) === folder;
    for (const entry of before) if (entry.kind !== 'barrier' && isSafe(entry)) apply(entry, this.#durable);
    this.#entries.unshift(...before.filter((entry) => !isSafe(entry)));
  }

  #synced(file: File | undefined): void {
    if (file === undefined) return;
    const safe = file.pending.splice(0, file.pending.indexOf('barrier') + 1);
    for (const change of safe) if (change !== 'barrier') file.durable.change(change);
  }
}

function apply(entry: Entry, files: Map<string, File>): void {
  if (entry.kind === 'rename') files.delete(entry.from);
  if (entry.kind === 'remove') files.delete(entry.path);
  else files.set(entry.path, entry.file);
}

/** The bytes of a file; what was never written is zeros. */
class Contents {
  #room: Buffer;
  #size: number;

  constructor(from?: Contents) {
    this.#room = Buffer.from(from?.bytes ?? []);
    this.#size = this.#room.length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  change(change: Change): void {
    if (change.kind === 'truncate') return this.#resize(change.bytes);
    this.#resize(Math.max(this.#size, change.at + change.bytes.length));
    this.#room.set(change.bytes, change.at);
  }

  #resize(size: number): void {
    if (size > this.#room.length) {
      const room = Buffer.alloc(2 * size);
      this.bytes.copy(room);
      this.#room = room;
    } else this.#room.fill(0, Math.min(size, this.#size), this.#size);
    this.#size = size;
  }
}

function survivors<T>(all: readonly T[], variant: Variant, dice: Dice): T[] {
  if (variant === 'everything') return [...all];
  if (variant === 'nothing') return [];
  if (variant === 'prefix') return all.slice(0, dice.below(all.length + 1));
  return all.filter(() => dice.roll() < KEPT);
}

/** Any sectors of any write; what cuts a file off is done or not. */
function torn(changes: readonly Change[], dice: Dice): Change[] {
  return changes.flatMap((change): Change[] => {
    if (change.kind === 'truncate') return dice.roll() < KEPT ? [change] : [];
    return sectors(change).filter(() => dice.roll() < KEPT);
  });
}

function sectors(write: Extract<Op, { kind: 'write' }>): Extract<Op, { kind: 'write' }>[] {
  const parts: Extract<Op, { kind: 'write' }>[] = [];
  for (let from = 0; from < write.bytes.length;) {
    const at = write.at + from;
    const to = from + SECTOR_BYTES - (at % SECTOR_BYTES);
    parts.push({ kind: 'write', path: write.path, at, bytes: write.bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}
