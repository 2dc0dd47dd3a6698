/** The entries of a case in memory, in step with its file, and the writing of new ones. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import type { EntryBody } from '../../shared/findings/body.ts';
import { readCase, writeCase } from '../../shared/findings/case-bytes.ts';
import { chainProblems } from '../../shared/findings/chains.ts';
import {
  type CaseEntry,
  fingerprintOf,
  isBefore,
  LAST_CLOCK,
  openEntry,
  type SignedEntry,
  signEntry,
} from '../../shared/findings/entry.ts';
import { CaseFold } from '../../shared/findings/fold.ts';
import type { Signer } from '../../shared/recording/note.ts';
import type { CaseFile } from './case-file.ts';
import { atOnce, inTurns, type Work, yieldTurn } from './in-turns.ts';
import { CRYPTO, type Kept, signatureProblem, vet } from './vetting.ts';

/** Entries of somebody else that are written at once: on disk within milliseconds, while others wait. */
const WRITTEN_AT_ONCE = 200;

/** Told how far taking in a case is, in entries of its file. */
export type TakingProgress = (progress: { readonly done: number; readonly total: number }) => void;

/** Who writes. */
export interface Writer {
  readonly signer: Signer;
  /** µs since 1970. */
  readonly now: () => number;
}

/** What came of taking in entries of somebody else. */
export interface Taken {
  readonly added: readonly CaseEntry[];
  readonly known: number;
  /** What of them is no good, in words. */
  readonly refused: readonly string[];
}

export class CaseEntries {
  readonly #file: CaseFile;
  readonly #writer: Writer;
  readonly #key: string;
  /** By id. */
  readonly #kept = new Map<string, Kept>();
  /** What of the file is no entry. */
  readonly #refused: string[] = [];
  /** Entries whose own signature is still to be checked. */
  readonly #unchecked: Kept[] = [];
  #fold = new CaseFold();
  #chains: string[] | null = null;
  /** Read so far. */
  #place = 0;
  #version = -1;
  #clock = 0;
  /** Whether entries came that are older than some in the fold. */
  #isBehind = false;
  /** The last of this author’s newest chain, which goes on. */
  #own: CaseEntry | null = null;

  /** Reads all of the file, which stays the caller’s to close. */
  constructor(file: CaseFile, writer: Writer) {
    this.#file = file;
    this.#writer = writer;
    this.#key = fingerprintOf(writer.signer.publicKey, sha256);
    this.refresh();
  }

  /** The fingerprint of the key that signs here. */
  get key(): string {
    return this.#key;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** What the entries say, as of the last {@link refresh}. */
  get fold(): CaseFold {
    return this.#fold;
  }

  *[Symbol.iterator](): Generator<CaseEntry, void, undefined> {
    for (const { entry } of this.#kept.values()) yield entry;
  }

  /** What does not verify, in words. */
  problems(): string[] {
    this.#chains ??= chainProblems(this, this.#writer.now());
    return [...this.#refused, ...this.#chains];
  }

  /** Checks every signature that is not checked yet. */
  async check(): Promise<void> {
    await inTurns(this.#checking());
  }

  *#checking(): Work<void> {
    for (let kept = this.#unchecked.pop(); kept !== undefined; kept = this.#unchecked.pop()) {
      const problem = signatureProblem(kept);
      if (problem !== null) this.#refused.push(problem);
      yield;
    }
  }

  /** Takes what others wrote to the file since the last look. */
  refresh(): void {
    const { version } = this.#file;
    if (version === this.#version) return;
    this.#version = version;
    this.#read();
  }

  /** Writes the entries that `compose` adds, all or none; they are on disk when this returns. */
  write<T>(name: string, compose: (add: (body: EntryBody) => CaseEntry) => T): T {
    const made: Kept[] = [];
    let composed: { readonly value: T } | null = null;
    this.#insert(() => {
      composed = { value: compose((body) => this.#sign(name, body, made)) };
      return made;
    });
    if (composed === null) throw new TypeError('a transaction did nothing');
    return (composed as { readonly value: T }).value;
  }

  /**
   * Adds the entries of an exported case that are good, in turns. Throws CaseBytesError where it is none. What breaks off on the way leaves
   * the first of each chain, and can be done again.
   */
  async take(file: Uint8Array, onProgress: TakingProgress): Promise<Taken> {
    const list = readCase(file);
    let [read, written] = [0, 0];
    const tell = (): void => onProgress({ done: Math.floor((read + written) / 2), total: list.length });
    const counting = function* (): Generator<SignedEntry> {
      for (const signed of list) {
        yield signed;
        read++;
      }
    };
    const { good, unchecked, known, refused } = await inTurns(
      vet(counting(), (id) => this.#kept.has(id)),
      tell,
    );
    const unknown = [...new Map(good.map((kept) => [kept.entry.id, kept])).values()];
    const added: CaseEntry[] = [];
    while (written < unknown.length) {
      const some = unknown.slice(written, written + WRITTEN_AT_ONCE);
      added.push(...this.#adopt(some).map(({ entry }) => entry));
      written += some.length;
      tell();
      await yieldTurn();
    }
    this.#unchecked.push(...unchecked);
    if (added.length > 0) await this.#renewInTurns();
    return { added, known: known + good.length - added.length, refused };
  }

  /** The case, or the entries of it that are wanted, as a file of its own. */
  bytes(wanted: (entry: CaseEntry) => boolean = () => true): Uint8Array {
    const kept = [...this.#kept.values()].filter(({ entry }) => wanted(entry));
    const order = kept.toSorted((a, b) => (placeOf(a.entry) < placeOf(b.entry) ? -1 : 1));
    return writeCase(order.map(({ signed }) => signed));
  }

  #read(): void {
    const rows = this.#file.after(this.#place);
    const last = rows.at(-1);
    if (last === undefined) return;
    this.#place = last.place;
    const { good, unchecked, refused } = atOnce(vet(rows, (id) => this.#kept.has(id)));
    this.#refused.push(...refused);
    this.#unchecked.push(...unchecked);
    for (const kept of good) this.#keep(kept);
    if (this.#isBehind) this.#renew();
  }

  #keep(kept: Kept): void {
    const { entry } = kept;
    this.#hold(kept);
    if (!this.#isBehind && this.#fold.follows(entry)) this.#fold.add(entry);
    else this.#isBehind = true;
  }

  /** Holds an entry; what it says is not folded yet. */
  #hold(kept: Kept): void {
    const { entry } = kept;
    this.#kept.set(entry.id, kept);
    this.#chains = null;
    this.#clock = Math.max(this.#clock, entry.clock);
    if (entry.author.key === this.#key && this.#continues(entry)) this.#own = entry;
  }

  #renew(): void {
    this.#fold = CaseFold.of(this);
    this.#isBehind = false;
  }

  /** Folds all anew in turns: what is written meanwhile is in the fold before, and comes into this one at its end. */
  async #renewInTurns(): Promise<void> {
    const held = new Set(this.#kept.keys());
    const fold = await inTurns(CaseFold.folding([...this]));
    const later = [...this].filter(({ id }) => !held.has(id)).toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    for (const entry of later) {
      // Somebody took in another case meanwhile.
      if (!fold.follows(entry)) return this.#renewInTurns();
      fold.add(entry);
    }
    this.#fold = fold;
    this.#isBehind = false;
  }

  /** Writes entries of somebody else that are not here yet; they are folded later. */
  #adopt(some: readonly Kept[]): readonly Kept[] {
    let adopted: readonly Kept[] = [];
    const place = this.#file.add(() => {
      this.#read();
      adopted = some.filter(({ entry }) => !this.#kept.has(entry.id));
      return adopted.map(({ entry, signed }) => ({ id: entry.id, ...signed }));
    });
    this.#place = Math.max(this.#place, place);
    for (const kept of adopted) this.#hold(kept);
    return adopted;
  }

  /** Of this author’s chains the one with the newest entry goes on, from its highest number. */
  #continues({ chain, number, clock }: CaseEntry): boolean {
    if (this.#own === null) return true;
    return chain === this.#own.chain ? number > this.#own.number : clock > this.#own.clock;
  }

  /** Writes what `make` gives, knowing all that is in the file, while nobody else writes. */
  #insert(make: () => readonly Kept[]): readonly Kept[] {
    let made: readonly Kept[] = [];
    const place = this.#file.add(() => {
      // Another process of the same author may have gone on with the chain.
      this.#read();
      made = make();
      return made.map(({ entry, signed }) => ({ id: entry.id, ...signed }));
    });
    this.#place = Math.max(this.#place, place);
    for (const kept of made) this.#keep(kept);
    if (this.#isBehind) this.#renew();
    return made;
  }

  /** The next entry of this author’s chain, behind those that were `made` already. */
  #sign(name: string, body: EntryBody, made: Kept[]): CaseEntry {
    const before = made.at(-1)?.entry ?? this.#own;
    const time = this.#writer.now();
    const clock = Math.max(time, (made.at(-1)?.entry.clock ?? this.#clock) + 1);
    const signed = signEntry(
      {
        chain: before?.chain ?? randomBytes(16).toString('hex'),
        number: (before?.number ?? -1) + 1,
        previous: before?.id ?? null,
        clock: Math.min(clock, LAST_CLOCK),
        time,
        name,
        body,
      },
      this.#writer.signer,
    );
    const entry = openEntry(signed, CRYPTO);
    made.push({ entry, signed });
    return entry;
  }
}

/** Each chain by its numbers. */
function placeOf({ author, chain, number, id }: CaseEntry): string {
  return `${author.key} ${chain} ${String(number).padStart(16, '0')} ${id}`;
}
