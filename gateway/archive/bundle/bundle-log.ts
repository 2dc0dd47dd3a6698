/** Verifies the events of one log in a bundle against what proves them (docs/format.md §10). */
import { EVENTS } from '../../../shared/recording/event.ts';
import { leafHash, sameHash } from '../../../shared/recording/tree.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { sha256 } from '../ed25519.ts';
import type { Anchor } from '../sqlite/verify/anchors.ts';
import type { Findings } from '../sqlite/verify/findings.ts';
import { LogKeys } from '../sqlite/verify/log-keys.ts';
import type { LogResult } from '../sqlite/verify/log-verifier.ts';
import { Redactions } from '../sqlite/verify/redactions.ts';
import { SegmentWalk } from '../sqlite/verify/segment-walk.ts';
import type { ListedSession } from './bundle-manifest.ts';
import type { DestroyedKeys } from './destroyed-keys.ts';
import { type BundleProof, readLogProof, type SaidOfLog } from './bundle-proof.ts';

export interface BundleLogOptions {
  /** 16 bytes. */
  readonly log: Buffer;
  /** What proof.json says of it. */
  readonly said: unknown;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Of this log. */
  readonly anchors: readonly Anchor[];
  readonly findings: Findings;
  /** What all logs of the bundle tell. */
  readonly destroyed: DestroyedKeys;
}

/** Where an event begins, behind its length. */
const EVENT_AT = 4;

interface SessionState {
  readonly first: number;
  next: number;
  closed: boolean;
}

/** Events of the log one after the other, as first and behind the last. */
type Range = [from: number, to: number];

export class BundleLog {
  readonly log: string;
  readonly #options: BundleLogOptions;
  readonly #origin: string;
  readonly #keys: LogKeys;
  readonly #walk: SegmentWalk;
  readonly #said: SaidOfLog;
  readonly #redactions: Redactions;
  /** Sessions (hex; null: the log itself) of events with payloads that are gone, by index. */
  readonly #gone = new Map<number, string | null>();
  readonly #sessions = new Map<string, SessionState>();
  readonly #ranges: Range[] = [];
  #events = 0;
  #statements = 0;
  #signed: BundleProof | null = null;
  #anchor: LogResult['anchor'] = null;

  constructor(options: BundleLogOptions) {
    const { log, said, keys, findings } = options;
    this.#options = options;
    this.log = log.toString('hex');
    this.#origin = originOf(log);
    this.#keys = new LogKeys(this.#origin, keys);
    this.#said = readLogProof(said, this.log, this.#origin, findings);
    this.#redactions = new Redactions(log, new Set());
    for (const { event, field, note } of this.#said.redactions)
      this.#redactions.row({ idx: event, field, note, volume: '' });
    this.#walk = new SegmentWalk(log, {
      onWrong: (index, what) => this.#find('CORRUPT', what, index),
      onRedacted: (redacted) => this.#redactions.add({ ...redacted, volume: '' }),
      onVersion: (index) => this.#find('UNSUPPORTED_VERSION', 'an event of another version', index),
      onUnreadable: (_, what) => this.#find('CORRUPT', `an event ${what}`, null),
    });
  }

  /** The next event: `u32 length ‖ event`, and its payloads. It is written on. */
  take(event: Buffer, payloads: Buffer): void {
    const before = this.#ranges.at(-1)?.[1] ?? 0;
    const leaf = leafHash(sha256, event.subarray(EVENT_AT));
    const gone = this.#redactions.count;
    const run = this.#walk.run(event, payloads, { from: before, to: Number.MAX_SAFE_INTEGER });
    const [index] = run.indexes;
    if (index === undefined) return;
    if (this.#redactions.count > gone)
      this.#gone.set(index, run.session && Buffer.from(run.session, 'latin1').toString('hex'));
    this.#count(index);
    for (const { from, checkpoint, selection } of this.#said.proofs)
      if (from <= index && index < checkpoint.size) selection.leaf(index, leaf);
    const code = run.codes[0] ?? 0;
    if (code === EVENTS.statement.code || code === EVENTS.functionCall.code) this.#statements++;
    const read = run.read.get(index);
    if (read?.kind === 'signingKey') this.#keys.name(read.fields.key, index);
    else if (read?.kind === 'keysDestroyed' && run.session === null) this.#options.destroyed.tell(read);
    if (run.session !== null) this.#follow(run.session, index, run.sequences[0] ?? 0, code);
  }

  /** All events of the bundle came. */
  finish(): LogResult {
    for (const { first, closed } of this.#sessions.values())
      if (!closed) this.#find('INCOMPLETE', 'a session that begins here has no end', first);
    const proven = this.#proven();
    this.#uncovered(this.#said.proofs, 'CORRUPT', 'no proof is about these events');
    const trusted = this.#trusted(proven);
    if (trusted.length === 0)
      this.#options.findings.add('UNKNOWN_KEY', 'no proof is signed with a key that is trusted here', {
        log: this.log,
      });
    else
      this.#uncovered(trusted, 'UNKNOWN_KEY', 'no proof by a key that is trusted here is about these events');
    this.#compareAnchors(proven);
    // Their notes tell who and why; that a log has the events, too, is for whoever has the log to say.
    this.#redactions.finish(this.#options.findings, this.#keys, false, (index) =>
      this.#options.destroyed.why(this.log, this.#gone.get(index) ?? null, index),
    );
    return this.#result();
  }

  /** Sessions that are here, by id in hex. */
  sessions(): Map<string, ListedSession> {
    return new Map(
      [...this.#sessions].map(([id, { next }]) => [
        Buffer.from(id, 'latin1').toString('hex'),
        { log: this.log, events: next },
      ]),
    );
  }

  #count(index: number): void {
    this.#events++;
    const last = this.#ranges.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else this.#ranges.push([index, index + 1]);
  }

  #follow(id: string, index: number, sequence: number, code: number): void {
    let state = this.#sessions.get(id);
    if (state === undefined) this.#sessions.set(id, (state = { first: index, next: 0, closed: false }));
    if (sequence !== state.next || state.closed)
      this.#find('CORRUPT', `event ${sequence} of its session stands where ${state.next} is due`, index);
    state.next = sequence + 1;
    state.closed ||= code === EVENTS.sessionClosed.code;
  }

  /** The proofs that hold. */
  #proven(): BundleProof[] {
    return this.#said.proofs.filter((proof) => {
      const { checkpoint, from, note, selection } = proof;
      if (this.#keys.signed(note).bad)
        this.#find(
          'CORRUPT',
          `the signature of the checkpoint of ${checkpoint.size} events is not good`,
          null,
        );
      const root = selection.root(checkpoint.size);
      if (root !== null && sameHash(root, checkpoint.root)) return true;
      for (const [first, end] of this.#ranges)
        if (first < checkpoint.size && end > from)
          this.#options.findings.add('CORRUPT', 'the proof does not hold', {
            log: this.log,
            event: Math.max(first, from),
            lastEvent: Math.min(end, checkpoint.size) - 1,
          });
      return false;
    });
  }

  /** Those by a key that is trusted from the start, and by those that events under these name, and so on. */
  #trusted(proven: readonly BundleProof[]): BundleProof[] {
    const trusted = new Set<BundleProof>();
    for (let before = -1; before < trusted.size;) {
      before = trusted.size;
      for (const proof of proven) {
        if (trusted.has(proof) || !this.#keys.signed(proof.note).trusted) continue;
        trusted.add(proof);
        this.#keys.trust(proof.checkpoint.size, proof.from);
        if (proof.checkpoint.size >= (this.#signed?.checkpoint.size ?? 0)) this.#signed = proof;
      }
    }
    return [...trusted];
  }

  #uncovered(proofs: readonly BundleProof[], verdict: 'CORRUPT' | 'UNKNOWN_KEY', message: string): void {
    const covers = proofs
      .map(({ from, checkpoint }): Range => [from, checkpoint.size])
      .toSorted((a, b) => a[0] - b[0]);
    for (const [first, end] of this.#ranges) {
      let at = first;
      for (const [from, to] of covers) {
        if (from > at && from < end) this.#tellRange(verdict, message, at, from - 1);
        if (from >= end) break;
        at = Math.max(at, Math.min(to, end));
      }
      if (at < end) this.#tellRange(verdict, message, at, end - 1);
    }
  }

  #compareAnchors(proven: readonly BundleProof[]): void {
    for (const { checkpoint, from } of this.#options.anchors) {
      for (const proof of proven) {
        if (proof.checkpoint.size !== checkpoint.size) continue;
        if (sameHash(proof.checkpoint.root, checkpoint.root)) {
          if (checkpoint.size > (this.#anchor?.size ?? 0)) this.#anchor = { size: checkpoint.size, from };
        } else
          this.#options.findings.add(
            'FORKED',
            `${from} says that the first ${checkpoint.size} events were others`,
            {
              log: this.log,
            },
          );
      }
    }
  }

  #result(): LogResult {
    return {
      log: this.log,
      first: this.#ranges[0]?.[0] ?? 0,
      next: this.#ranges.at(-1)?.[1] ?? 0,
      signed: this.#signed?.checkpoint.size ?? null,
      root: this.#signed?.checkpoint.root ?? null,
      events: this.#events,
      statements: this.#statements,
      sessions: this.#sessions.size,
      redactions: this.#redactions.count,
      untrusted: this.#keys.untrusted(),
      signers: this.#keys.signers(),
      anchor: this.#anchor,
      open: false,
    };
  }

  #tellRange(verdict: 'CORRUPT' | 'UNKNOWN_KEY', message: string, event: number, lastEvent: number): void {
    this.#options.findings.add(verdict, message, { log: this.log, event, lastEvent });
  }

  #find(
    verdict: 'CORRUPT' | 'INCOMPLETE' | 'UNSUPPORTED_VERSION',
    message: string,
    event: number | null,
  ): void {
    this.#options.findings.add(verdict, message, { log: this.log, ...(event === null ? {} : { event }) });
  }
}
