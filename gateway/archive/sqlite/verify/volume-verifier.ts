/** Verifies one volume: its events in the order of the log, held to its tree, its checkpoints and its rows. */
import type { Checkpoint } from '../../../../shared/recording/checkpoint.ts';
import { EVENTS, type Event } from '../../../../shared/recording/event.ts';
import { subtreesOf } from '../../../../shared/recording/tree.ts';
import type { RedactionRow } from '../redaction-rows.ts';
import { readCarried } from './carried.ts';
import { CheckpointRows, type CheckpointRow } from './checkpoint-rows.ts';
import { EventTree } from './event-tree.ts';
import type { Place } from './findings.ts';
import { checkpointOf } from './log-keys.ts';
import { LogOrder } from './log-order.ts';
import type { LogVerifier, VolumeEnd } from './log-verifier.ts';
import { sealProblems } from './seal.ts';
import { SegmentRows } from './segment-rows.ts';
import { LEAF_WORDS, type Run } from './segment-run.ts';
import { SegmentWalk } from './segment-walk.ts';
import { SignedTree } from './signed-tree.ts';
import { readTiles } from './tiles.ts';
import { typedRows, type RowTypes } from './typed-rows.ts';
import type { VolumeFile } from './volume-file.ts';

const HASH_BYTES = 32;
const MISSING_LEAF = new Int32Array(LEAF_WORDS);

/** Hashing a place for each of more missing events than this would take longer than anybody waits: the tree is given up. */
const MOST_MISSING = 1_000_000;

const REDACTION_TYPES: RowTypes<RedactionRow> = { idx: 'integer', field: 'text', note: 'text' };

const STATEMENT = EVENTS.statement.code;
const FUNCTION_CALL = EVENTS.functionCall.code;
const VOLUME_ROLLED = EVENTS.volumeRolled.code;

export class VolumeVerifier {
  readonly #log: LogVerifier;
  readonly #file: VolumeFile;
  readonly #tree: SignedTree;
  readonly #order: LogOrder<Run>;
  readonly #walk: SegmentWalk;
  readonly #checkpoints: CheckpointRows;
  readonly #follows: boolean;
  /** The size at which the tree is compared next. */
  #stop = 0;
  #lastCheckpoint: number;
  #lastTime: number | null = null;
  /** Events of another version or kind, until it is known whether they were signed. */
  #versions: number[] = [];

  /** `follows`: the volume before it was verified. */
  constructor(log: LogVerifier, file: VolumeFile, follows: boolean) {
    this.#follows = follows;
    this.#log = log;
    this.#file = file;
    const { db, row, name } = file;
    const { findings } = log.options;
    const volume = name;
    this.#tree = new SignedTree({
      first: row.first,
      frontier: this.#frontier(),
      storedHash: readTiles(db, row.first, row.next, (what) => this.#corrupt(what)),
      findings,
      log: log.log,
      volume,
    });
    this.#order = new LogOrder(row.first, {
      onEvents: (run, from, to) => this.#onEvents(run, from, to),
      onMissing: (from, to) => this.#onMissing(from, to),
      onTwice: (event) => this.#corrupt('an event is here twice', { event }),
    });
    this.#walk = new SegmentWalk(row.log, {
      onWrong: (event, what) => this.#corrupt(what, { event }),
      onRedacted: (redacted) => log.redactions.add({ ...redacted, volume }),
      onVersion: (index) => this.#versions.push(index),
      onUnreadable: (at, what) => this.#corrupt(`in ${this.#place}, what lies at byte ${at} ${what}`),
    });
    this.#checkpoints = new CheckpointRows(db, (what) => this.#corrupt(what));
    this.#lastCheckpoint = row.first;
  }

  /** What is being looked at, in words. */
  #place = '';

  verify(): VolumeEnd {
    const { row } = this.#file;
    this.#opening();
    this.#carried();
    this.#redactions();
    this.#passCheckpoints();
    this.#setStop();
    this.#segments();
    this.#order.finish(row.next);
    this.#end();
    this.#seal();
    return { next: row.next, number: row.number, frontier: this.#tree.frontier() };
  }

  /** The frontier if it is one of `first` leaves, else one that nothing fits to. */
  #frontier(): Uint8Array {
    const { first, frontier } = this.#file.row;
    const bytes = subtreesOf(0, first).length * HASH_BYTES;
    if (frontier.length === bytes) return frontier;
    this.#corrupt(`its frontier is none of ${first} events`);
    return new Uint8Array(bytes);
  }

  /** The checkpoint that the volume begins with, over all that came before. */
  #opening(): void {
    const { opening, first, number } = this.#file.row;
    if (first === 0 && number !== 0) this.#corrupt(`it is volume ${number} and begins with event 0`);
    if (opening === null) return;
    const parsed = checkpointOf(opening, this.#log.origin);
    const [root] = this.#tree.roots();
    if (parsed?.checkpoint.size !== first || Buffer.from(parsed.checkpoint.root).toString('latin1') !== root)
      return this.#corrupt('its opening checkpoint is not that of the events before it');
    const signed = this.#log.keys.signed(parsed.note);
    if (signed.bad) this.#corrupt('the signature of its opening checkpoint is not good');
    else if (signed.trusted) this.#trust(parsed.checkpoint);
  }

  #carried(): void {
    const { db, row } = this.#file;
    const root = Buffer.from(
      new EventTree(row.first, this.#frontier(), (_, __, digest) => digest).root(),
      'latin1',
    );
    this.#place = 'what is carried';
    const onProblem = (event: number, what: string) => this.#corrupt(what, { event });
    const carried = readCarried({ db, first: row.first, root, walk: this.#walk, onProblem });
    if (!this.#follows) this.#log.life.begin(carried);
  }

  #redactions(): void {
    const { db, name: volume } = this.#file;
    const rows = db.prepare<[], RedactionRow>('SELECT idx, field, note FROM redaction');
    const other = () => this.#corrupt('a row of its redactions is none');
    for (const row of typedRows(rows.iterate(), REDACTION_TYPES, other))
      this.#log.redactions.row({ ...row, volume });
  }

  #segments(): void {
    const { db, row } = this.#file;
    const rows = new SegmentRows(db, (what, event) =>
      this.#corrupt(what, event === undefined ? {} : { event }),
    );
    for (const segment of rows.all()) {
      this.#log.options.onBytes(segment.events.length + (segment.payloads?.length ?? 0), 'events');
      this.#place = segment.place;
      const run = this.#walk.run(segment.events, segment.payloads, { from: row.first, to: row.next });
      rows.compare(segment, run);
      this.#order.add(run, segment.row.first_index);
    }
  }

  #onEvents(run: Run, from: number, to: number): void {
    const { counts, life } = this.#log;
    const { indexes, codes, leaves, read } = run;
    if (indexes[from] === this.#file.row.first) this.#firstEvent(codes[from] as number);
    if (read.size > 0) for (let at = from; at < to; at++) this.#read(read.get(indexes[at] as number));
    life.events(run, from, to);
    counts.events += to - from;
    for (let at = from; at < to; at++) {
      const code = codes[at];
      if (code === STATEMENT || code === FUNCTION_CALL) counts.statements++;
      this.#add(leaves, LEAF_WORDS * at);
    }
    this.#lastTime = run.times[to - 1] as number;
  }

  #firstEvent(code: number): void {
    if (this.#follows && code !== VOLUME_ROLLED)
      this.#corrupt('a volume that goes on does not begin with volumeRolled', {
        event: this.#file.row.first,
      });
  }

  #read(event: Event | undefined): void {
    const { life, keys, log, options } = this.#log;
    switch (event?.kind) {
      case 'logOpened':
        return life.opened(event.index, event.fields.boot);
      case 'signingKey':
        return keys.name(event.fields.key, event.index);
      case 'logHeads':
        return options.archive.heads(event, log);
      case 'volumeExpired':
        return options.archive.expired(event.fields);
      case 'redacted':
        return options.archive.redaction(event);
      case 'imported':
        return life.imported();
      case 'volumeRolled':
        if (event.index === this.#file.row.first && event.fields.number !== this.#file.row.number)
          this.#corrupt(`its first event says that it is volume ${event.fields.number}`);
        return;
      default:
    }
  }

  #onMissing(from: number, to: number): void {
    const { log } = this.#log;
    this.#corrupt('events are missing, or cannot be read', { log, event: from, lastEvent: to - 1 });
    this.#log.life.missing();
    if (to - from > MOST_MISSING) this.#tree.giveUp(to);
    else for (let i = from; i < to; i++) this.#add(MISSING_LEAF, 0);
    if (this.#tree.size >= this.#stop) this.#compare();
  }

  #add(leaves: Int32Array, from: number): void {
    this.#tree.add(leaves, from);
    if (this.#tree.size >= this.#stop) this.#compare();
  }

  /** The tree reached a size that checkpoints or anchors tell the root of. */
  #compare(): void {
    const { size } = this.#tree;
    const { anchors } = this.#log;
    anchors.pass(size);
    if (anchors.next === size) anchors.meet(size, this.#tree.roots());
    for (const row of this.#checkpoints.below(size + 1)) this.#checkpoint(row);
    this.#setStop();
  }

  #setStop(): void {
    this.#stop = Math.min(
      this.#checkpoints.current?.size ?? Number.POSITIVE_INFINITY,
      this.#log.anchors.next,
    );
  }

  #passCheckpoints(): void {
    for (const row of this.#checkpoints.below(this.#tree.size))
      this.#corrupt(`it has a checkpoint of ${row.size} events, which are before its own`);
    if (this.#tree.size >= this.#log.anchors.next || this.#checkpoints.current?.size === this.#tree.size)
      this.#compare();
  }

  #checkpoint({ size, note }: CheckpointRow): void {
    const { anchors, keys, origin, options } = this.#log;
    const parsed = checkpointOf(note, origin);
    if (parsed?.checkpoint.size !== size)
      return this.#corrupt(`its checkpoint of ${size} events is none of this log`);
    const signed = keys.signed(parsed.note);
    if (signed.bad) this.#corrupt(`the signature of its checkpoint of ${size} events is not good`);
    if (size !== this.#tree.size) return;
    this.#lastCheckpoint = size;
    const which = this.#tree.check(Buffer.from(parsed.checkpoint.root).toString('latin1'));
    if (which === null) return;
    anchors.settle(which);
    // What does not fit, or is signed badly, was told already and says nothing of unknown keys.
    if (!signed.bad) this.#log.lastCheckpoint = size;
    for (const event of this.#versions)
      options.findings.add(
        'UNSUPPORTED_VERSION',
        'an event is of another version, or of a kind that is not known here',
        {
          log: this.#log.log,
          event,
          volume: this.#file.name,
        },
      );
    this.#versions = [];
    if (signed.trusted && !signed.bad) this.#trust(parsed.checkpoint);
  }

  #trust({ size, root }: Checkpoint): void {
    this.#log.signed = size;
    this.#log.root = root;
    this.#log.keys.trust(size);
  }

  #end(): void {
    const { row } = this.#file;
    for (const event of this.#versions)
      this.#corrupt('an event is of another version, and was not signed', { event });
    if (this.#lastCheckpoint < row.next)
      this.#corrupt('no checkpoint is over these events', {
        event: this.#lastCheckpoint,
        lastEvent: row.next - 1,
      });
    if (this.#lastTime !== null && this.#lastTime !== row.last_time)
      this.#corrupt('it gives another time for its last event than that has');
    for (const left of this.#checkpoints.below(Number.POSITIVE_INFINITY))
      this.#corrupt(`it has a checkpoint of ${left.size} events, which are more than it has`);
    this.#tree.finish();
  }

  #seal(): void {
    const { keys, options, log } = this.#log;
    const place = { log, volume: this.#file.name };
    const onUnknownKey = () =>
      options.findings.add('UNKNOWN_KEY', 'its seal is signed with a key that is not trusted here', place);
    for (const { verdict, message } of sealProblems(this.#file, keys, { ...options, onUnknownKey }))
      options.findings.add(verdict, message, place);
  }

  #corrupt(message: string, place: Place = {}): void {
    this.#log.options.findings.add('CORRUPT', message, {
      log: this.#log.log,
      volume: this.#file.name,
      ...place,
    });
  }
}
