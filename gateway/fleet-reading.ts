/**
 * Reads sessions of a running gateway for those who follow them by the team server: out of its own archive, which is behind by less
 * than a second where a remote store is behind by minutes. Those that ended a while ago are read from there.
 */
import type { ArchiveReader } from './archive/archive.ts';
import { ArchiveError } from './archive/archive.ts';
import { openArchive } from './archive/sqlite/open.ts';
import { ControlError } from './control-schema.ts';
import { parseFilter } from '../shared/filter/parse.ts';
import type { SessionQuestion } from '../shared/fleet/reading.ts';
import { SessionId } from '../shared/api/session.ts';

/** So long after its end a session is read here, ms: a remote store has it by then. */
const LATELY_MS = 15 * 60_000;

/** The reader's process ends when nobody asked for so long, ms. */
const IDLE_MS = 60_000;

/** That a session may be read holds for so long, ms. */
const ALLOWED_MS = 5_000;

export class FleetReading {
  readonly #archive: string;
  readonly #allowed = new Map<string, number>();
  #reader: Promise<ArchiveReader> | null = null;
  #idle: NodeJS.Timeout | null = null;

  /** `archive` is the gateway's own. */
  constructor(archive: string) {
    this.#archive = archive;
  }

  /** What is asked, bytes as base64. Rejects with {@link ControlError}. */
  async read(session: string, question: SessionQuestion): Promise<unknown> {
    try {
      const reader = await this.#opened();
      const id = SessionId.parse(session);
      await this.#expectRecent(reader, id);
      return await answer(reader, id, question);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      const code = error.code === 'BAD_CURSOR' || error.code === 'BAD_FILTER' ? 'BAD_REQUEST' : 'UNAVAILABLE';
      throw new ControlError(code, error.message, { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const reader = this.#reader;
    this.#reader = null;
    await (await reader?.catch(() => null))?.close();
  }

  async #opened(): Promise<ArchiveReader> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    const reader = this.#reader ?? openArchive(this.#archive, { processes: 1 });
    this.#reader = reader;
    reader.catch(() => (this.#reader = null));
    return reader;
  }

  async #expectRecent(reader: ArchiveReader, id: SessionId): Promise<void> {
    const now = Date.now();
    if ((this.#allowed.get(id) ?? 0) > now) return;
    const row = await reader.session(id);
    if (row === null) throw new ControlError('NOT_FOUND', `this gateway has no session ${id}`);
    if (row.ended !== null && row.ended / 1_000 < now - LATELY_MS)
      throw new ControlError('GONE', `the session ${id} is over: read it from the archive`);
    this.#allowed.clear();
    this.#allowed.set(id, now + ALLOWED_MS);
  }
}

async function answer(reader: ArchiveReader, id: SessionId, question: SessionQuestion): Promise<unknown> {
  switch (question.what) {
    case 'session':
      return reader.session(id);
    case 'recordingKey':
      return reader.recordingKey(id);
    case 'steps':
      return reader.steps(id, question);
    case 'outline':
      return inBase64(await reader.outline(id, question.from, question.steps));
    case 'statements': {
      const { filter, error } = parseFilter(question.filter);
      if (error) throw new ControlError('BAD_REQUEST', error.message);
      return reader.statements({ ...question, filter, session: id });
    }
    case 'segments':
      return reader.segments(id);
    case 'segmentsAround':
      return reader.segmentsAround(id, question.sequence);
    case 'segment': {
      const packed = await reader.segment(id, question.number);
      return packed === null ? null : inBase64(packed);
    }
  }
}

function inBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
