/**
 * The log that one imported file becomes: its events, numbered, in an archive. What an import writes follows from the file
 * alone, so that one that was interrupted goes on where the archive ends, and a file that is there already adds nothing.
 */
import { createHash } from 'node:crypto';
import type { ArchiveWriter } from '../../gateway/archive/archive.ts';
import {
  UNTOLD,
  type EventInput,
  type EventKind,
  type ImportGap,
  type RollReason,
} from '../../shared/recording/event.ts';
import { EventBodies } from './event-bodies.ts';

/** Bytes of events in one transaction: what the shipper of a gateway commits at once. */
const COMMIT_BYTES = 4 << 20;

/** Raised when the same file would become other events: what a file was imported as stays as it is. */
const IMPORT_VERSION = 1;

const NO_SESSION = new Uint8Array(0);

/** The log of a file: the same for the same bytes, read in the same way, in the same archive (archive-id.ts). */
export function logOf(sha256: Uint8Array, readAs: string, archive: string): Uint8Array {
  const identity = JSON.stringify(['auditorium/import', IMPORT_VERSION, archive, readAs]);
  return createHash('sha256').update(identity).update('\0').update(sha256).digest().subarray(0, 16);
}

/** When a log's next volume begins: counted from the file alone, so that it begins there again when the import goes on. */
export interface ImportRoll {
  readonly statements: number;
  /** Of the file. */
  readonly bytes: number;
}

/** As many statements as in a volume of a gateway, and bytes that come to less than one of those may have. */
const ROLL: ImportRoll = { statements: 1_000_000, bytes: 2 * 2 ** 30 };

/** An archive's writer, and its newest signed checkpoint of a log. */
export interface ImportWriter extends Pick<ArchiveWriter, 'watermark' | 'append' | 'commit'> {
  checkpoint(log: Uint8Array): { readonly note: string } | null;
}

/** What every session of an import says of where it comes from. */
export interface Origin {
  readonly format: string;
  /** The file's name, without its folder. */
  readonly file: string;
  readonly sha256: Uint8Array;
  readonly lacks: readonly ImportGap[];
}

/** Who a session was, as its source says; `time` of its beginning in µs since 1970. */
export interface SessionBeginning {
  readonly connection: string;
  readonly user?: string;
  readonly applicationName?: string;
  readonly clientAddress?: string;
  readonly clientPort?: number;
  readonly tls?: boolean;
  readonly protocol?: string;
  readonly time: number;
}

export class ImportedLog {
  readonly #writer: ImportWriter;
  readonly #log: Uint8Array;
  readonly #bodies = new EventBodies();
  readonly #origin: Origin;
  /** Index of the first event that the archive does not have. */
  readonly #watermark: number;
  #index = 0;
  #uncommitted = 0;
  #opened = 0;
  readonly #roll: ImportRoll;
  /** Of the volume that is written, from 0. */
  #volume = 0;
  #statements = 0;
  #bytes = 0;

  constructor(writer: ImportWriter, log: Uint8Array, origin: Origin, roll: ImportRoll = ROLL) {
    this.#writer = writer;
    this.#log = log;
    this.#origin = origin;
    this.#watermark = writer.watermark(log);
    this.#roll = roll;
  }

  /** Events of the file so far. */
  get events(): number {
    return this.#index;
  }

  /** Events that the archive had before. */
  get had(): number {
    return this.#watermark;
  }

  /** Sessions opened so far. */
  get sessions(): number {
    return this.#opened;
  }

  /** An event of the log itself. */
  note<K extends EventKind>(kind: K, fields: EventInput<K>, time: number): void {
    this.#record(kind, fields, null, 0, time);
  }

  /** A new session; `key` is what its source calls it, `line` where it begins there. */
  open(key: string, line: number, beginning: SessionBeginning): ImportedSession {
    const { format, file, sha256, lacks } = this.#origin;
    const session = new ImportedSession(this, this.#sessionId(key, line, beginning.time), beginning.time);
    this.#opened++;
    session.record(
      'sessionOpened',
      {
        connection: beginning.connection,
        user: beginning.user ?? '',
        applicationName: beginning.applicationName ?? '',
        clientAddress: beginning.clientAddress ?? '',
        clientPort: beginning.clientPort ?? 0,
        tls: beginning.tls ?? false,
        protocol: beginning.protocol ?? '',
        durability: 'imported',
      },
      beginning.time,
    );
    session.record('imported', { format, file, sha256, lacks }, beginning.time);
    return session;
  }

  /** An event of a session; {@link ImportedSession.record} numbers it. */
  append<K extends EventKind>(kind: K, fields: EventInput<K>, session: ImportedSession, time: number): void {
    if (kind === 'statement') this.#statements++;
    this.#record(kind, fields, session.id, session.sequence++, time);
  }

  /** An entry of the file, which a volume may begin with. */
  entry(fields: EventInput<'sourceEntry'>, session: ImportedSession | null, time: number): void {
    if (this.#statements >= this.#roll.statements) this.#nextVolume('statements', time);
    else if (this.#bytes >= this.#roll.bytes) this.#nextVolume('size', time);
    this.#bytes += fields.original.length;
    if (session === null) this.note('sourceEntry', fields, time);
    else this.append('sourceEntry', fields, session, time);
  }

  /** Makes everything so far durable and visible. */
  commit(): void {
    if (this.#uncommitted === 0) return;
    this.#writer.commit();
    this.#uncommitted = 0;
  }

  /** The event that begins a volume names the checkpoint over all before it. */
  #nextVolume(reason: RollReason, time: number): void {
    this.#statements = this.#bytes = 0;
    this.commit();
    const checkpoint = this.#index < this.#watermark ? null : this.#writer.checkpoint(this.#log);
    this.note('volumeRolled', { number: ++this.#volume, checkpoint: checkpoint?.note ?? null, reason }, time);
  }

  #record<K extends EventKind>(
    kind: K,
    fields: EventInput<K>,
    session: Uint8Array | null,
    sequence: number,
    time: number,
  ): void {
    const index = this.#index++;
    if (index < this.#watermark) return;
    const header = { log: this.#log, index, session, sequence, time, monotonic: 0 };
    const body = this.#bodies.encode(header, kind, fields);
    this.#writer.append(body);
    this.#uncommitted += body.length;
    if (this.#uncommitted >= COMMIT_BYTES) this.commit();
  }

  /** As a gateway makes them, ms since 1970 in 6 bytes and then 10, which here follow from what the session is. */
  #sessionId(key: string, line: number, time: number): Uint8Array {
    const digest = createHash('sha256').update(this.#log).update(`${line} ${key}`).digest();
    const id = new Uint8Array(16);
    id.set(digest.subarray(0, 10), 6);
    const ms = Math.max(0, Math.floor(time / 1000));
    const view = new DataView(id.buffer);
    view.setUint16(0, Math.floor(ms / 0x100000000));
    view.setUint32(2, ms >>> 0);
    return id;
  }
}

/** One session of an import. */
export class ImportedSession {
  readonly id: Uint8Array;
  readonly #log: ImportedLog;
  /** Of its next event. */
  sequence = 0;
  /** Statements so far. */
  statements = 0;
  /** Of its latest event, µs since 1970. */
  time: number;

  /** See {@link ImportedLog.open}. */
  constructor(log: ImportedLog, id: Uint8Array = NO_SESSION, time = 0) {
    this.#log = log;
    this.id = id;
    this.time = time;
  }

  /** Appends an event. A session's time never goes back, whatever its source says: what the line says is kept with it. */
  record<K extends EventKind>(kind: K, fields: EventInput<K>, time: number): void {
    if (time > this.time) this.time = time;
    this.#log.append(kind, fields, this, this.time);
  }

  /** An entry of the file as it stands there, ahead of what it means. */
  entry(line: number, original: Uint8Array, time: number, problem: string | null = null): void {
    if (time > this.time) this.time = time;
    this.#log.entry({ line, problem, original }, this, this.time);
  }

  /** What was asked; returns its number. */
  statement(text: Uint8Array, time: number, { name = null, parameters = null }: Asked = {}): number {
    const statement = ++this.statements;
    this.record(
      'statement',
      {
        statement,
        protocol: name === null ? 'simple' : 'extended',
        name,
        portal: name === null ? null : '',
        text,
        parsedAt: null,
        boundAt: null,
        parameterTypes: [],
        parameterFormats: [],
        parameters,
        resultFormats: [],
        maxRows: 0,
        sync: false,
        masked: false,
      },
      time,
    );
    return statement;
  }

  /** How a SQL statement ended. What the source does not tell is {@link UNTOLD}. */
  outcome(statement: number, ended: Ended, time: number): void {
    this.record(
      'outcome',
      {
        statement,
        ordinal: ended.ordinal ?? 0,
        status: ended.status,
        tag: ended.tag ?? '',
        rows: ended.rows ?? UNTOLD,
        bytes: UNTOLD,
        sqlstate: ended.sqlstate ?? null,
        transaction: null,
        duration: ended.duration ?? UNTOLD,
        describedAt: null,
        answer: ended.answer ?? null,
      },
      time,
    );
  }
}

/** Beside a statement's text: the prepared statement's name where it was one ('' without a name), and the values as Bind has them. */
export interface Asked {
  readonly name?: string | null;
  readonly parameters?: Uint8Array | null;
}

/** `duration` in µs; `answer` is the ErrorResponse. */
export interface Ended {
  readonly ordinal?: number;
  readonly status: 'completed' | 'failed' | 'unknown';
  readonly tag?: string;
  readonly rows?: number;
  readonly sqlstate?: string | null;
  readonly duration?: number;
  readonly answer?: Uint8Array | null;
}
