/** Verifies the volumes of one log in their order: that each is whole, and goes on where the one before ended. */
import { originOf } from '../../../../shared/recording/checkpoint.ts';
import { Anchors, type Anchor } from './anchors.ts';
import type { Findings } from './findings.ts';
import { LogKeys } from './log-keys.ts';
import { LogLife } from './log-life.ts';
import { Redactions } from './redactions.ts';
import type { VolumeFile } from './volume-file.ts';
import { VolumeVerifier } from './volume-verifier.ts';
import type { WholeArchive } from './whole-archive.ts';

export interface LogOptions {
  /** 16 bytes. */
  readonly log: Buffer;
  readonly findings: Findings;
  readonly archive: WholeArchive;
  /** Keys that are trusted, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Of this log. */
  readonly anchors: readonly Anchor[];
  /** Whether all of the log should be here: from its first event to its last. */
  readonly whole: boolean;
  /** What comes behind a sealed volume is kept elsewhere. */
  readonly sealedAlone: boolean;
  readonly needSeals: boolean;
  /** µs since 1970. */
  readonly now: number;
  /** Is told how many more bytes of events and payloads were looked at, or of sealed files. */
  readonly onBytes: (bytes: number, of: 'events' | 'files') => void;
}

/** What was counted in a log. */
export interface LogCounts {
  events: number;
  statements: number;
}

/** What a log comes to. */
export interface LogResult extends LogCounts {
  /** Hex. */
  readonly log: string;
  readonly first: number;
  readonly next: number;
  /** The size of the largest checkpoint that a trusted key signed; null when there is none. */
  readonly signed: number | null;
  /** Its root, 32 bytes. */
  readonly root: Uint8Array | null;
  readonly sessions: number;
  readonly redactions: number;
  /** Keys that the log names and nobody trusts, hex. */
  readonly untrusted: readonly string[];
  /** Trusted keys that signed a checkpoint, hex. */
  readonly signers: readonly string[];
  /** The largest anchor that fits: its size and where it is known from. */
  readonly anchor: { readonly size: number; readonly from: string } | null;
  /** Whether it is still being written. */
  readonly open: boolean;
}

/** What one volume leaves for the next. */
export interface VolumeEnd {
  readonly next: number;
  readonly number: number;
  /** Of the tree at its end, Latin-1; null when the events did not lead to it. */
  readonly frontier: string | null;
}

export class LogVerifier {
  readonly options: LogOptions;
  /** Hex. */
  readonly log: string;
  readonly origin: string;
  readonly keys: LogKeys;
  readonly anchors: Anchors;
  readonly redactions: Redactions;
  readonly life: LogLife;
  readonly counts: LogCounts = { events: 0, statements: 0 };
  /** The size of the largest checkpoint that a trusted key signed. */
  signed: number | null = null;
  /** Its root. */
  root: Uint8Array | null = null;
  /** The size of the largest one that anybody signed. */
  lastCheckpoint = 0;
  #first: number | null = null;
  #before: VolumeEnd | null = null;
  #sealed = false;
  /** Whether the volume before was not read, as it verified earlier. */
  #passed = false;
  /** Where the events begin that follow each other without a gap up to the latest. */
  #stretch = 0;

  constructor(options: LogOptions) {
    this.options = options;
    const { log, keys, anchors, findings, archive } = options;
    this.log = log.toString('hex');
    this.origin = originOf(log);
    this.keys = new LogKeys(this.origin, keys);
    this.anchors = new Anchors(anchors, findings, this.log);
    this.redactions = new Redactions(log, archive.redacted);
    this.life = new LogLife(findings, this.log);
  }

  /** Verifies the next volume, by first index. Throws VolumeError, and what SQLite throws. */
  volume(file: VolumeFile): void {
    const { row } = file;
    const before = this.#before;
    if (!this.#fits(file)) return;
    const follows = before !== null && row.first === before.next && !this.#passed;
    this.#passed = false;
    // Until it was read to its end, the one behind it cannot be held to it.
    this.#before = { next: row.next, number: row.number, frontier: null };
    this.#sealed = row.sealed !== null;
    this.#before = new VolumeVerifier(this, file, follows).verify();
  }

  /** Takes the next volume as one that verified before: that the others fit to it is looked at, its events are not. */
  pass(file: VolumeFile): void {
    const { row } = file;
    if (!this.#fits(file)) return;
    this.#endStretch();
    this.#stretch = row.next;
    this.anchors.pass(row.next);
    this.#passed = true;
    this.#before = { next: row.next, number: row.number, frontier: null };
    this.#sealed = row.sealed !== null;
  }

  /** Whether the volume goes on from what is here, or leaves out some of it; else nobody need look into it. */
  #fits(file: VolumeFile): boolean {
    const { row, name } = file;
    const before = this.#before;
    if (before !== null && row.first < before.next) {
      const { log } = this;
      this.#corrupt('another volume holds these events too', {
        log,
        event: row.first,
        lastEvent: Math.min(row.next, before.next) - 1,
        volume: name,
      });
      return false;
    }
    if (before === null ? row.first > 0 : row.first > before.next) this.#gap(file, before?.next ?? 0);
    else if (before !== null) this.#adjoins(file, before);
    this.#first ??= row.first;
    return true;
  }

  /** No more volumes come. What redactions come to is known when all logs were read: {@link finishRedactions}. */
  finish(): LogResult {
    const next = this.#before?.next ?? 0;
    const { life, anchors, counts, keys } = this;
    const { whole, sealedAlone, now } = this.options;
    const ends = (whole && !sealedAlone) || !this.#sealed;
    this.#endStretch();
    keys.judge();
    life.finish(now, ends);
    if (ends) anchors.finish(next);
    return {
      log: this.log,
      first: this.#first ?? 0,
      next,
      signed: this.signed,
      root: this.root,
      ...counts,
      sessions: life.sessions,
      redactions: this.redactions.count,
      untrusted: keys.untrusted(),
      signers: keys.signers(),
      anchor: anchors.best === null ? null : { size: anchors.best.checkpoint.size, from: anchors.best.from },
      open: ends && life.isOpen(now),
    };
  }

  finishRedactions(): void {
    this.redactions.finish(this.options.findings, this.keys, this.options.whole);
  }

  /** Volumes before this one are not here. */
  #gap({ row, name }: VolumeFile, from: number): void {
    this.#endStretch();
    this.#stretch = row.first;
    this.anchors.pass(row.first);
    if (!this.options.whole) return;
    const frontier = row.frontier.toString('latin1');
    this.options.archive.missing({ log: this.log, from, to: row.first, frontier, volume: name });
  }

  #adjoins({ row, name }: VolumeFile, before: VolumeEnd): void {
    const place = { log: this.log, volume: name };
    if (before.frontier !== null && before.frontier !== row.frontier.toString('latin1')) {
      this.#corrupt('the tree that it goes on from is not that of the volume before', place);
      // Whoever signed this one did not vouch for that.
      this.#endStretch();
      this.#stretch = row.first;
    }
    if (row.number !== before.number + 1)
      this.#corrupt(`it is volume ${row.number} of its log and follows volume ${before.number}`, place);
  }

  /** A checkpoint vouches for all events before it that follow each other. */
  #endStretch(): void {
    if (this.#passed) return; // nothing of it was read
    const end = Math.min(this.#before?.next ?? 0, this.lastCheckpoint);
    const { findings } = this.options;
    if (this.#before !== null && (this.signed === null || this.signed < this.#stretch)) {
      findings.add('UNKNOWN_KEY', 'no checkpoint is signed with a key that is trusted here', {
        log: this.log,
      });
    } else if (this.signed !== null && this.signed < end) {
      const place = { log: this.log, event: this.signed, lastEvent: end - 1 };
      findings.add('UNKNOWN_KEY', 'these events are signed with a key that is not trusted here alone', place);
    }
  }

  #corrupt(message: string, place: Parameters<Findings['add']>[2]): void {
    this.options.findings.add('CORRUPT', message, place);
  }
}
