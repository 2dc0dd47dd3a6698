/**
 * How far a sink is, kept in a folder of its own: `<log>.json` for each log, and `begun` once it was begun. What is written here was
 * taken by its receiver before.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Of one log. */
export interface StreamPosition {
  /** Everything that events below brought about was taken. */
  readonly next: number;
  /** Sessions without an end before it, by id. */
  readonly open: readonly string[];
}

const START: StreamPosition = { next: 0, open: [] };

const LOG_FILE = /^([0-9a-f]{32})\.json$/;

export class StreamState {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Whether the sink was begun: logs that it does not know since are sent from their start. */
  get isBegun(): boolean {
    return readdirSync(this.#folder).includes('begun');
  }

  begin(time: string): void {
    this.#write('begun', `${time}\n`);
  }

  /** Logs of which it knows how far it is. */
  logs(): string[] {
    return readdirSync(this.#folder).flatMap((name) => LOG_FILE.exec(name)?.[1] ?? []);
  }

  /** A file that cannot be read is none: better twice than never. */
  of(log: string): StreamPosition {
    try {
      const read = JSON.parse(
        readFileSync(join(this.#folder, `${log}.json`), 'utf8'),
      ) as Partial<StreamPosition>;
      const { next, open } = read;
      if (!Number.isSafeInteger(next) || !Array.isArray(open)) return START;
      return { next: next ?? 0, open: open.filter((id) => typeof id === 'string') };
    } catch {
      return START;
    }
  }

  put(log: string, position: StreamPosition): void {
    this.#write(`${log}.json`, `${JSON.stringify(position)}\n`);
  }

  /** Whole or not at all, also when power fails. */
  #write(name: string, text: string): void {
    const path = join(this.#folder, name);
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  }
}
