/** Values that were taken out of the record: each must have its signed note (docs/format.md §7). */
import { originOf } from '../../../../shared/recording/checkpoint.ts';
import { parseNote, type Note } from '../../../../shared/recording/note.ts';
import { parseRedaction } from '../../redaction-note.ts';
import type { RedactionRow } from '../redaction-rows.ts';
import type { Findings } from './findings.ts';
import type { LogKeys } from './log-keys.ts';

/** A payload that is gone. */
export interface Redacted {
  readonly index: number;
  readonly field: string;
  /** Bytes that the event says it had. */
  readonly length: number;
  readonly volume: string;
}

/** A row of the table `redaction`, and of which volume. */
interface NotedRow extends RedactionRow {
  readonly volume: string;
}

/** Lines of a note's text, counting the empty one behind the last line feed. */
const LINES = 9;

/** What a note says, as far as it must fit the event. */
interface Said {
  readonly note: Note;
  readonly index: number;
  readonly field: string;
  readonly length: number;
}

export class Redactions {
  readonly #log: Uint8Array;
  readonly #redacted: Redacted[] = [];
  readonly #notes = new Map<string, NotedRow>();
  /** Fields of which a `redacted` event tells, by {@link keyOf}; of any log of the archive. */
  readonly #told: ReadonlySet<string>;

  constructor(log: Uint8Array, told: ReadonlySet<string>) {
    this.#log = log;
    this.#told = told;
  }

  get count(): number {
    return this.#redacted.length;
  }

  add(redacted: Redacted): void {
    this.#redacted.push(redacted);
  }

  row(row: NotedRow): void {
    this.#notes.set(`${row.volume} ${row.idx} ${row.field}`, row);
  }

  /**
   * Holds all to their notes. `events`: whether the events that tell of them should be here; `destroyed` tells why a value without a note
   * can be read by nobody, where an event says so.
   */
  finish(
    findings: Findings,
    keys: LogKeys,
    events: boolean,
    destroyed: (index: number) => string | null = () => null,
  ): void {
    const log = Buffer.from(this.#log).toString('hex');
    for (const { index, field, length, volume } of this.#redacted) {
      const place = { log, event: index, volume };
      const row = this.#notes.get(`${volume} ${index} ${field}`);
      const why = row === undefined ? destroyed(index) : null;
      if (why !== null) {
        const what = `the value of ${field} can be read by nobody any more: ${why}`;
        findings.add('VERIFIED_WITH_REDACTIONS', what, place);
        continue;
      }
      const said = row === undefined ? null : readNote(row.note, originOf(this.#log));
      if (said === null || said.index !== index || said.field !== field || said.length !== length) {
        findings.add('CORRUPT', `the value of ${field} is gone, and no note says who took it out`, place);
        continue;
      }
      const { bad, trusted } = keys.signed(said.note);
      if (bad) {
        findings.add(
          'CORRUPT',
          `the value of ${field} is gone, and the signature of the note that says so is not good`,
          place,
        );
        continue;
      }
      findings.add(
        'VERIFIED_WITH_REDACTIONS',
        `the value of ${field} was taken out ${whyRedacted(said.note.text)}`,
        place,
      );
      if (!trusted && keys.anyTrusted)
        findings.add('UNKNOWN_KEY', 'who took a value out signed with a key that is not trusted here', place);
      if (events && !this.#told.has(keyOf(log, index, field)))
        findings.add('INCOMPLETE', `no event tells that the value of ${field} was taken out`, place);
    }
  }
}

/** Names a field of an event of a log (hex). */
export function keyOf(log: string, index: number, field: string): string {
  return `${log} ${index} ${field}`;
}

/** Who took a value out, when and why, as the text of a note says. */
function whyRedacted(text: string): string {
  const said = parseRedaction(text);
  if (said === null) return 'by whom its note does not say';
  const day = new Date(Math.floor(said.time / 1000));
  const when = Number.isNaN(day.getTime()) ? '' : ` on ${day.toISOString().slice(0, 10)}`;
  const kept = said.remainder === null ? '' : ', in part';
  return `by ${said.by}${when}${kept}: ${said.reason}`;
}

function readNote(text: string, origin: string): Said | null {
  const note = parseNote(text);
  const [name, index, field, length] = note?.text.split('\n') ?? [];
  if (note === null || name !== `${origin}/redaction` || note.text.split('\n').length !== LINES) return null;
  if (index === undefined || field === undefined || length === undefined) return null;
  return { note, index: Number(index), field, length: Number(length) };
}
