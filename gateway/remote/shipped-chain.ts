/**
 * The chain of a log's manifests as its gateway writes it. What was signed last is kept beside the spool, and what is signed next is made
 * of that alone: a bucket is never believed. A manifest is on the gateway's own disk before it is put, so that the bucket never knows of
 * one that the gateway does not.
 */
import {
  appendFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { originOf, printCheckpoint } from '../../shared/recording/checkpoint.ts';
import { ED25519, signatureLine, signNote, type Signer } from '../../shared/recording/note.ts';
import { sameHash } from '../../shared/recording/tree.ts';
import { fromBase64, toBase64 } from '../../shared/recording/base64.ts';
import {
  parseShipped,
  shippedKey,
  signShipped,
  type Lock,
  type ReadShipped,
  type ShippedBundle,
} from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { sha256 } from '../archive/ed25519.ts';
import { replaceFile } from '../archive/sqlite/replace-file.ts';
import { LogKeys } from '../archive/sqlite/verify/log-keys.ts';
import type { Opening } from './bundle-builder.ts';
import { digestOf } from './bundles.ts';
import type { TenantKeys } from './keys/tenant-keys.ts';
import { sealWords } from './manifest-words.ts';
import type { ObjectStore } from './object-store.ts';

/** Who signs; `previous` where a key was just replaced. */
export interface ChainKeys {
  readonly signer: Signer;
  readonly previous: Signer | null;
}

export interface ChainOptions {
  /** 16 bytes. */
  readonly log: Uint8Array;
  /** Where its state is kept: beside the spool. */
  readonly folder: string;
  readonly store: ObjectStore;
  readonly keys: () => ChainKeys;
  /** What the gateway calls itself. */
  readonly gateway: string;
  /** Whose key names and what occurs are readable with; null: everybody's who may read the store. */
  readonly tenant: TenantKeys | null;
  /** µs since 1970. */
  readonly now: () => number;
}

/** A bundle that is about to be put: its key, and the index behind it. */
export interface Putting {
  readonly key: string;
  readonly next: number;
}

export class ShippedChain {
  readonly #options: ChainOptions;
  readonly #log: string;
  #last: ReadShipped | null;
  #putting: Putting[];

  /** Goes on where the last manifest of its own ended; {@link reconcile} before anything is put. Throws ArchiveError DAMAGED. */
  constructor(options: ChainOptions) {
    this.#options = options;
    this.#log = Buffer.from(options.log).toString('hex');
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#last = this.#readOwn();
    this.#putting = this.#readPutting();
  }

  /** Index of the first event that no manifest names; null where there is no manifest yet. */
  get next(): number | null {
    return this.#last?.next ?? null;
  }

  /** The tree behind what manifests name; null where there is none yet. */
  get opening(): Opening | null {
    const last = this.#last;
    return last === null
      ? null
      : { size: last.next, frontier: fromBase64(last.frontier) ?? new Uint8Array() };
  }

  /** Bundles that may be in the store without a manifest that names them. */
  get putting(): readonly Putting[] {
    return this.#putting;
  }

  /**
   * Holds the store against the last manifest of its own, which is put again where it is not there. Rejects with ArchiveError, DAMAGED
   * where the same key went on from another state: the spool's folder was copied, or put back.
   */
  async reconcile(): Promise<{ readonly restored: string | null }> {
    const { store } = this.#options;
    const last = this.#last;
    const beginning = shippedKey(this.#log, 0).slice(0, -9);
    const later = await store.keys(beginning, last === null ? undefined : shippedKey(this.#log, last.number));
    for (const key of later)
      if (this.#isOurs(await store.get(key)))
        throw new ArchiveError(
          'DAMAGED',
          `${store.named(key)} is signed with this gateway’s key, and ${this.#options.folder} does not know it: the spool was copied, or put back to an older state. Let gateway.spool.dir name an empty folder, which begins another log, and keep this one as evidence`,
        );
    if (last === null) return { restored: null };
    const key = shippedKey(this.#log, last.number);
    const there = await store.get(key).catch((error: unknown) => {
      if (error instanceof ArchiveError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    if (there !== null && Buffer.from(there).toString('utf8') === last.text) return { restored: null };
    await store.put(key, Buffer.from(last.text), last.lock);
    return { restored: there === null ? null : store.named(key) };
  }

  /** Notes that a bundle is about to be put: on disk before it is in the store, so that what a crash leaves there is known. */
  willPut(putting: Putting): void {
    if (this.#putting.some(({ key }) => key === putting.key)) return;
    const path = this.#path('putting');
    appendFileSync(path, `${JSON.stringify(putting)}\n`, { mode: 0o600 });
    sync(path);
    this.#putting.push(putting);
  }

  /** Signs the manifest of these bundles, which are in the store; it is kept here, and counts once it is {@link confirm}ed. */
  sign(
    bundles: readonly ShippedBundle[],
    {
      opening,
      frontier,
      lock,
    }: { readonly opening: Opening; readonly frontier: Uint8Array; readonly lock: Lock | null },
  ): ReadShipped {
    const { log, keys, gateway, now, tenant } = this.#options;
    const { signer, previous } = keys();
    const last = this.#last;
    const before = isKeyOf(previous, last) ? previous : null;
    const end = bundles.at(-1);
    if (end === undefined) throw new RangeError('a manifest names bundles');
    const told = sealWords(
      this.#log,
      {
        version: 1,
        number: last === null ? 0 : last.number + 1,
        previous: last === null ? null : digestOf(last.text),
        time: now(),
        gateway,
        key: toBase64(signer.publicKey),
        first: opening.size,
        opening: toBase64(opening.frontier),
        next: end.next,
        root: end.root,
        frontier: toBase64(frontier),
        checkpoint: this.#checkpoint(end, signer, before),
        left: this.#putting
          .map(({ key }) => key)
          .filter((key) => bundles.every((bundle) => bundle.key !== key)),
        lock,
        bundles,
      },
      tenant,
    );
    const text = signShipped(sha256, log, told, { signer, previous: before });
    const manifest = parseShipped(log, text);
    if (manifest === null) throw new RangeError('what is signed is a manifest');
    replaceFile(this.#path('manifest'), text);
    this.#last = manifest;
    rmSync(this.#path('putting'), { force: true });
    this.#putting = [];
    return manifest;
  }

  /** Puts a manifest that was signed, which may be there already, and reads it back. Rejects with ArchiveError. */
  async confirm({ number, text, lock }: ReadShipped): Promise<void> {
    const { store } = this.#options;
    const key = shippedKey(this.#log, number);
    await store.put(key, Buffer.from(text), lock);
    if (Buffer.from(await store.get(key)).toString('utf8') !== text)
      throw new ArchiveError(
        'UNREACHABLE',
        `${store.named(key)} does not read back as it was put; it is put again`,
      );
  }

  /** By both keys where one took over: evidence that leaves the store proves the change by it. */
  #checkpoint({ next, root }: ShippedBundle, { publicKey, sign }: Signer, before: Signer | null): string {
    const origin = originOf(this.#options.log);
    const text = printCheckpoint({ origin, size: next, root: fromBase64(root) ?? new Uint8Array() });
    const note = signNote(sha256, text, { name: origin, type: ED25519, key: publicKey }, sign);
    if (before === null) return note;
    const key = { name: origin, type: ED25519, key: before.publicKey } as const;
    return note + signatureLine(sha256, key, before.sign(new TextEncoder().encode(text)));
  }

  #isOurs(bytes: Uint8Array): boolean {
    const { log, keys } = this.#options;
    const read = parseShipped(log, Buffer.from(bytes).toString('utf8'));
    const { signer, previous } = keys();
    const known = previous === null ? [signer.publicKey] : [signer.publicKey, previous.publicKey];
    return read !== null && new LogKeys(originOf(log), known).signed(read.note).trusted;
  }

  #readOwn(): ReadShipped | null {
    const path = this.#path('manifest');
    if (!existsSync(path)) return null;
    const read = parseShipped(this.#options.log, readFileSync(path, 'utf8'));
    if (read === null)
      throw new ArchiveError(
        'DAMAGED',
        `${path} is not the manifest that this gateway wrote for the log ${this.#log}`,
      );
    return read;
  }

  /** A torn last line is of a bundle whose put had not begun. */
  #readPutting(): Putting[] {
    const path = this.#path('putting');
    if (!existsSync(path)) return [];
    const from = this.#last?.next ?? 0;
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Putting).filter(({ next }) => next > from);
  }

  #path(name: string): string {
    return join(this.#options.folder, name);
  }
}

/** The manifest before must have named the key that hands over. */
function isKeyOf(signer: Signer | null, last: ReadShipped | null): boolean {
  const named = last === null ? null : fromBase64(last.key);
  return signer !== null && named !== null && sameHash(named, signer.publicKey);
}

function sync(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
