/** Writes one volume: the events of a log in order, the evidence beside them and their projections, a transaction at a time. */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { leafHash, sameHash } from '../../../shared/recording/tree.ts';
import { ArchiveError, type FactsOf, type Indexing } from '../archive.ts';
import { sha256 } from '../ed25519.ts';
import { carriedFrom } from './carry.ts';
import type { CarriedEvent } from './carried-rows.ts';
import { checkpointOf, type StoredCheckpoint } from './checkpoints.ts';
import { Dictionaries } from './dictionaries.ts';
import { KnownTexts } from '../fold/known-texts.ts';
import type { LogKeys } from './log-signer.ts';
import { redactionsOf, type RedactionRow } from './redaction-rows.ts';
import type { VolumeFill } from './roll.ts';
import { LOG_SESSION } from './schema.ts';
import { SegmentStore, type SessionSegments } from './segments.ts';
import { SessionRows } from './session-rows.ts';
import { StatementRows } from './statement-rows.ts';
import { NormalWords } from '../fold/statement-words.ts';
import { TextIndex } from './text-index.ts';
import { TreeReader } from './tree-reader.ts';
import { UsageCounts } from './usage-counts.ts';
import { followsLoss, type Repeated, repeatedIn } from './volume-beginning.ts';
import { readVolumeRow, type VolumeRow, type VolumeStart } from './volume-row.ts';
import { VolumeSessions } from './volume-sessions.ts';
import { VolumeTree } from './volume-tree.ts';
import { WithdrawnRows } from './withdrawn-rows.ts';

/** What volumes are written with. */
export interface VolumeOptions extends LogKeys {
  readonly factsOf: FactsOf;
  /** Wall clock, µs since 1970. */
  readonly now: () => number;
  /** Events are left out of it: no tree is kept, and nothing can be proved by it. */
  readonly unproved?: boolean;
}

/** What a volume holds in all. */
interface Total {
  events: number;
  first_time: number | null;
  last_time: number | null;
}

/** A transaction is open from the first event after a commit. */
export class VolumeWriter {
  readonly #db: Database.Database;
  readonly #options: VolumeOptions;
  readonly #row: VolumeRow;
  /** null: nothing is proved. */
  readonly #tree: VolumeTree | null;
  readonly #statements: StatementRows;
  readonly #counts: UsageCounts;
  readonly #sessions: VolumeSessions;
  readonly #words: TextIndex;
  readonly #logSegments: SessionSegments;
  readonly #setNext;
  readonly #setTotal;
  readonly #lastStatement;
  readonly #repeated: Repeated;
  /** Of the file at its path when it was opened. */
  readonly #inode: number;
  #next: number;
  #lastTime: number;
  readonly #total: Total;
  #followsLoss: boolean;
  #open = false;

  /** Goes on with a volume; throws {@link ArchiveError}. */
  constructor(db: Database.Database, options: VolumeOptions) {
    this.#db = db;
    this.#options = options;
    this.#inode = statSync(db.name).ino;
    this.#row = readVolumeRow(db);
    this.#next = this.#row.next;
    this.#lastTime = this.#row.last_time;
    this.#tree = options.unproved === true ? null : new VolumeTree(db, this.#row, options);
    this.#counts = new UsageCounts(db);
    const segments = new SegmentStore(db);
    const dictionaries = new Dictionaries(db);
    this.#statements = new StatementRows(db, this.#counts, () => dictionaries.flush());
    const normalWords = new NormalWords();
    const parts = {
      sessions: new SessionRows(db),
      statements: this.#statements,
      dictionaries,
      counts: this.#counts,
      texts: new KnownTexts({ dictionaries, factsOf: options.factsOf, normalWords }),
    };
    this.#words = new TextIndex(db, normalWords);
    this.#sessions = new VolumeSessions(db, parts, segments, this.#words);
    this.#logSegments = segments.of(LOG_SESSION);
    this.#total = db.prepare<[], Total>('SELECT events, first_time, last_time FROM total').get() ?? NOTHING;
    this.#setNext = db.prepare('UPDATE volume SET next = ?, last_time = ? WHERE id = 1');
    this.#lastStatement = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM statement').pluck();
    this.#setTotal = db.prepare(
      `UPDATE total SET events = ?, sessions = (SELECT coalesce(max(id), 0) FROM session) - (SELECT count(*) FROM session WHERE carried = 1), first_time = ?, last_time = ?`,
    );
    this.#repeated = repeatedIn(db);
    this.#followsLoss = followsLoss(db, this.#row);
    if (this.#next === this.#row.first) this.#repeat();
  }

  /** Index of the next event this volume expects. */
  get next(): number {
    return this.#next;
  }

  get path(): string {
    return this.#db.name;
  }

  /** Whether the volume before it was lost: every other one begins with the event that says so. */
  get followsLoss(): boolean {
    return this.#followsLoss;
  }

  /** Index of its first event. */
  get first(): number {
    return this.#row.first;
  }

  /** Whether an event is the newest that it holds, by its bytes; true where it holds none. */
  isNewest(bytes: Uint8Array): boolean {
    if (this.#next === this.#row.first || this.#open) return true;
    const { hashOf } = new TreeReader([{ first: this.#row.first, db: () => this.#db }]);
    return sameHash(hashOf({ height: 0, number: this.#next - 1 }), leafHash(sha256, bytes));
  }

  /** Its number in its log. */
  get number(): number {
    return this.#row.number;
  }

  /** The newest checkpoint; null before the first. */
  get checkpoint(): StoredCheckpoint | null {
    return this.#tree?.checkpoint ?? null;
  }

  /** What it holds beside what it repeats, as of the last commit: else much that is repeated would begin one volume after the other. */
  fill(): VolumeFill {
    const pages = Number(this.#db.pragma('page_count', { simple: true }));
    const bytes = pages * Number(this.#db.pragma('page_size', { simple: true })) - this.#repeated.bytes;
    const statements = (this.#lastStatement.get() ?? 0) - this.#repeated.statements;
    return { statements, bytes, firstTime: this.#total.first_time, lastTime: this.#lastTime };
  }

  /** Where the next volume would begin now. */
  end(): VolumeStart {
    return {
      log: this.#row.log,
      number: this.#row.number + 1,
      first: this.#next,
      lastTime: this.#lastTime,
      frontier: this.#tree?.frontier() ?? new Uint8Array(),
      opening: this.checkpoint?.note ?? this.#row.opening,
    };
  }

  /** Takes the event {@link next}. */
  append(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    if (!this.#open) this.#begin();
    if (event.index === this.#row.first) this.#followsLoss = event.index > 0 && event.kind !== 'volumeRolled';
    this.#tree?.add(body);
    if (event.session === null) this.#ofLog(stored, body);
    else this.#sessions.append(stored, body, event.session, this.#row.first);
    this.#next = event.index + 1;
    this.#lastTime = event.time;
    this.#total.events++;
    this.#total.first_time ??= event.time;
    this.#total.last_time = event.time;
  }

  /** Makes all of it durable and visible, under a checkpoint. */
  commit(): void {
    if (!this.#open) return;
    this.#store();
    this.#finish();
    this.#mustBeThere();
  }

  /** Makes words searchable for about so many ms, between two commits. */
  index(ms: number): Indexing {
    if (this.#open) return { more: true, backlog: this.#words.behind };
    const until = performance.now() + ms;
    let more = true;
    while (more && performance.now() < until) more = this.#words.slice();
    return { more, backlog: this.#words.behind };
  }

  /** Ends the volume: it is committed whole and takes nothing any more. What the next one repeats is returned. */
  seal(): CarriedEvent[] {
    this.settle();
    return carriedFrom(this.#db, { first: this.#row.first, next: this.#next }, this.#sessions.memories());
  }

  /** Ends the volume where nothing is asked of the next one: see {@link seal}. */
  settle(): void {
    if (!this.#open) this.#begin();
    this.#store();
    this.#sessions.leave(new WithdrawnRows(this.#db, this.#counts), this.#total.events);
    this.#store();
    this.#logSegments.merge();
    this.#words.finish();
    this.#db.prepare('UPDATE volume SET sealed = ?').run(this.#options.now());
    this.#finish();
    this.#mustBeThere();
  }

  /** Nothing more comes, and nobody here knows how what is open ended. */
  abandon(): void {
    if (!this.#open) this.#begin();
    this.#sessions.abandon(this.#total.events);
    this.#store();
    this.#finish();
  }

  /** Notes of what was taken out of some of its events. */
  redactionsOf(events: readonly CarriedEvent[]): RedactionRow[] {
    return redactionsOf(this.#db, events);
  }

  /** Gives it other keys to sign with. */
  rekey(keys: LogKeys): void {
    this.#tree?.signer.rekey(keys);
  }

  /** Keeps a checkpoint of this volume with the signatures that others added; one of an earlier volume is passed over. */
  keepCheckpoint(note: string): void {
    const size = checkpointOf(note)?.size ?? 0;
    if (size <= this.#row.first || size > this.#next || this.#open) return;
    this.#tree?.keep(note, this.#options.now());
  }

  /** Closes the file; what was not committed is gone and will be shipped again. */
  close(): void {
    if (this.#open) this.#db.exec('ROLLBACK');
    this.#db.close();
  }

  #begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
    this.#open = true;
  }

  /** Puts what was taken into the tables. */
  #store(): void {
    const ended = this.#sessions.commit(this.#total.events);
    this.#statements.flush();
    this.#words.store();
    this.#counts.flush();
    this.#logSegments.flush();
    if (this.#next > (this.checkpoint?.size ?? this.#row.first))
      this.#tree?.commit(this.#options.now(), ended);
  }

  #finish(): void {
    this.#setNext.run(this.#next, this.#lastTime);
    this.#setTotal.run(this.#total.events, this.#total.first_time, this.#total.last_time);
    this.#db.exec('COMMIT');
    this.#open = false;
  }

  /** A volume that begins goes on with the sessions that are open. */
  #repeat(): void {
    const sessions = this.#db.prepare<[], number>('SELECT count(*) FROM session').pluck().get();
    if (sessions !== 0) return;
    this.#begin();
    this.#sessions.repeat();
    this.#store();
    this.#finish();
  }

  /** What was written to a file that was moved or removed is nowhere: the spool must keep it, and somebody must know. */
  #mustBeThere(): void {
    const { name } = this.#db;
    if (statSync(name, { throwIfNoEntry: false })?.ino === this.#inode) return;
    throw new ArchiveError(
      'DAMAGED',
      `${name} was moved or removed while the gateway writes it: what it lacks waits in the spool, and goes on in a new volume`,
    );
  }

  #ofLog(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    this.#logSegments.add(body, event.index, event.index);
    if (event.kind === 'signingKey') this.#tree?.signer.keyed(event.fields);
    if (event.kind !== 'logOpened' && event.kind !== 'recovered') return;
    this.#sessions.abandon(this.#total.events);
  }
}

const NOTHING: Total = { events: 0, first_time: null, last_time: null };
