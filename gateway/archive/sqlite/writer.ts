/** The local archive's writer: takes the events of logs in order and keeps them in volumes, with their evidence and projections. */
import { readBody } from '../../../shared/recording/record.ts';
import type { ArchiveWriter } from '../archive.ts';
import type { Redaction } from '../redaction-note.ts';
import type { StoredCheckpoint } from './checkpoints.ts';
import type { LogKeys } from './log-signer.ts';
import { type CurrentVolume, LogWriter, type LogOptions } from './log-writer.ts';
import type { RollWish } from './roll.ts';

/** `path` is the archive's folder, made when absent. */
export interface WriterOptions extends LogOptions {
  readonly path: string;
}

/** A writer that signs what it keeps. */
export interface SqliteWriter extends ArchiveWriter {
  /** The newest checkpoint of a log, over what was committed last; null before the first. */
  checkpoint(log: Uint8Array): StoredCheckpoint | null;
  /** The volume that should follow, as of the last commit; the `volumeRolled` event of its number begins it. Null while there is room. */
  wish(log: Uint8Array): RollWish | null;
  /** The volume of a log that is written; null where none is begun yet. */
  current(log: Uint8Array): CurrentVolume | null;
  /** See {@link LogWriter.redact}. */
  redact(log: Uint8Array, redactions: readonly Redaction[]): void;
  /** Gives it other keys; each log goes over to the new one where its events say so. */
  rekey(keys: LogKeys): void;
  /** Keeps a checkpoint of a log with the signatures that others added, between two commits, where its volume is still written. */
  keepCheckpoint(log: Uint8Array, note: string): void;
}

/** Opens the archive for writing; throws {@link ArchiveError}. */
export function openSqliteWriter(options: WriterOptions): SqliteWriter {
  const logs = new Map<string, LogWriter>();
  let latest: LogWriter | null = null;
  let opening = options;
  const writerOf = (log: Uint8Array): LogWriter => {
    // One spool, one log: nearly always the same as before.
    if (latest?.isOf(log) === true) return latest;
    const name = Buffer.from(log).toString('hex');
    latest = logs.get(name) ?? new LogWriter(opening.path, log, opening);
    logs.set(name, latest);
    return latest;
  };
  return {
    rekey(keys) {
      opening = { ...opening, ...keys };
      for (const log of logs.values()) log.rekey(keys);
    },
    keepCheckpoint: (log, note) => writerOf(log).keepCheckpoint(note),
    watermark: (log) => writerOf(log).next,
    checkpoint: (log) => writerOf(log).checkpoint,
    wish: (log) => writerOf(log).wish,
    current: (log) => writerOf(log).current,
    redact: (log, redactions) => writerOf(log).redact(redactions),
    append(body) {
      const stored = readBody(body);
      writerOf(stored.event.log).append(stored, body);
    },
    commit() {
      for (const log of logs.values()) log.commit();
    },
    index(ms) {
      const left = [...logs.values()].map((log) => log.index(ms / logs.size));
      return {
        more: left.some(({ more }) => more),
        backlog: left.reduce((sum, { backlog }) => sum + backlog, 0),
      };
    },
    close() {
      for (const log of logs.values()) log.close();
      logs.clear();
      latest = null;
    },
  };
}
