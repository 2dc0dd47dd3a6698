/**
 * What was sent, by the events that hold it: texts and parameters are where they were first sent, and later events refer to
 * them. What is kept is bounded; what was let go is read again from its segment.
 */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { type Asked, askedOf, describedTypes, NOT_ASKED } from '../../gateway/archive/lines/asked.ts';
import type { SessionId } from '../../shared/api/session.ts';
import { readPackedSegment, type StoredEvent } from '../../shared/recording/record.ts';
import { type Column, readMessages, readRowDescription } from '../../shared/replay/wire.ts';

/** Holders kept: more than a driver keeps prepared at a time. */
const KEPT = 500;

/** Longer payloads are not kept: they are read again in the rare case that something refers to them. */
const KEPT_BYTES = 64 * 1024;

/** The texts, parameters and columns of one session that later events refer to. */
export class Intents {
  readonly #archive: Pick<ArchiveReader, 'segments' | 'segment'>;
  readonly #session: SessionId;
  readonly #holders = new Map<number, StoredEvent>();
  /** Types of parameters as the server described them, by name of the prepared statement. */
  readonly #described = new Map<string, readonly number[]>();
  readonly #columns = new Map<number, readonly Column[]>();

  constructor(archive: Pick<ArchiveReader, 'segments' | 'segment'>, session: SessionId) {
    this.#archive = archive;
    this.#session = session;
  }

  /** Takes every event of the session, in order. */
  note(stored: StoredEvent): void {
    const { event } = stored;
    if (
      event.kind === 'statement' ||
      event.kind === 'parse' ||
      event.kind === 'bind' ||
      event.kind === 'prepared'
    ) {
      if (sizeOf(stored) <= KEPT_BYTES) keep(this.#holders, event.sequence, stored);
    }
    const described = columnsIn(stored);
    if (described !== null) keep(this.#columns, event.sequence, described);
    const types = describedTypes(stored);
    if (types !== null) keep(this.#described, types.name, types.types);
  }

  /** Text and parameters of the intent, wherever they were sent. */
  async asked(intent: StoredEvent): Promise<Asked> {
    const { event } = intent;
    if (event.kind !== 'statement') return NOT_ASKED;
    const { parsedAt, boundAt } = event.fields;
    const prepared = parsedAt === null ? null : await this.#holder(parsedAt);
    const bound = boundAt === null ? null : await this.#holder(boundAt);
    return askedOf({ intent, prepared, bound }, this.#describedAs(intent));
  }

  /** The columns that an event described, in the formats of a Bind: one code is for all. */
  async columnsAt(sequence: number, formats: readonly number[]): Promise<readonly Column[] | null> {
    const known = this.#columns.get(sequence) ?? (await this.#describedAt(sequence));
    if (known === null || formats.length === 0) return known;
    return known.map((column, index) => {
      const format = (formats.length === 1 ? formats[0] : formats[index]) ?? column.format;
      return Object.assign({}, column, { format });
    });
  }

  async #describedAt(sequence: number): Promise<readonly Column[] | null> {
    const stored = await this.#read(sequence);
    return stored && columnsIn(stored);
  }

  /** As the server described what was prepared under that name. */
  #describedAs({ event }: StoredEvent): readonly number[] {
    if (event.kind !== 'statement' || event.fields.name === null) return [];
    return this.#described.get(event.fields.name) ?? [];
  }

  async #holder(sequence: number): Promise<StoredEvent | null> {
    return this.#holders.get(sequence) ?? this.#read(sequence);
  }

  async #read(sequence: number): Promise<StoredEvent | null> {
    const segments = await this.#archive.segments(this.#session);
    const segment = segments.find(
      ({ firstSequence, lastSequence }) => firstSequence <= sequence && sequence <= lastSequence,
    );
    const packed = segment && (await this.#archive.segment(this.#session, segment.number));
    if (!packed) return null;
    for (const stored of readPackedSegment(packed)) if (stored.event.sequence === sequence) return stored;
    return null;
  }
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= KEPT) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function sizeOf({ bytes, payloads }: StoredEvent): number {
  return Object.values(payloads).reduce((sum, value) => sum + (value?.length ?? 0), bytes.length);
}

/** RowDescription in what an event holds. */
function columnsIn({ event, payloads }: StoredEvent): readonly Column[] | null {
  if (event.kind !== 'description' && event.kind !== 'rows' && event.kind !== 'outcome') return null;
  const bytes = payloads[event.kind === 'description' ? 'message' : 'answer'];
  // It comes first in an answer: what begins with anything else has none.
  if (!bytes || (event.kind !== 'description' && bytes[0] !== ROW_DESCRIPTION)) return null;
  const message = readMessages(bytes).messages.find(({ type }) => type === 'T');
  return message === undefined ? null : readRowDescription(message.body);
}
const ROW_DESCRIPTION = 'T'.charCodeAt(0);
