/** What occurs in a volume that lies in a bucket, so that a question leaves out volumes without fetching them (docs/format.md §13). */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SessionRow } from '../../../shared/api/session.ts';
import { parseValueSet, type ValueSet } from './value-set.ts';

/** What sets of values there are. `who`: subject, client id, user id and jti of tokens; `user`: start-up and database users. */
export const SUMMARISED = [
  'who',
  'fingerprint',
  'issuer',
  'subject',
  'client',
  'job',
  'repository',
  'connection',
  'user',
  'table',
  'column',
  'function',
  'verb',
  'error',
] as const;
export type Summarised = (typeof SUMMARISED)[number];

export interface Summary {
  /** The newest checkpoint of the volume, as a signed note. */
  readonly checkpoint: string | null;
  readonly sets: Readonly<Record<Summarised, ValueSet>>;
  /** The first 8 bytes of the id of every session that lies in it, hex, one after the other; null where they are too many. */
  readonly sessions: string | null;
  /** Sessions that lie in other volumes too: what this one has of each. */
  readonly inParts: readonly SessionRow[];
  /** Sessions whose end nobody recorded, and those that go on behind it. */
  readonly unended: number;
  readonly continued: number;
  /** Sessions that began in an earlier volume. */
  readonly carried: number;
}

/** Hex digits of an id in {@link Summary.sessions}. */
export const ID_DIGITS = 16;

const VERSION = 1;

/** A summary is hundreds of kilobytes; what a hostile bucket blows up beyond this is none. */
const MAX_BYTES = 64 << 20;

/** As an object holds it. */
export function packSummary(summary: Summary): Uint8Array {
  return gzipSync(JSON.stringify({ version: VERSION, ...summary }));
}

/** Reads an object; null when it is no summary. */
export function parseSummary(packed: Uint8Array): Summary | null {
  const read = jsonIn(packed);
  if (read === null || read['version'] !== VERSION) return null;
  const { checkpoint, sets, sessions, inParts } = read;
  const numbers = [read['unended'], read['continued'], read['carried']];
  if (!isTextOrNull(checkpoint) || !isTextOrNull(sessions) || !isRecord(sets)) return null;
  if (!Array.isArray(inParts) || !inParts.every(isSession)) return null;
  if (!numbers.every((number) => Number.isSafeInteger(number))) return null;
  const known = SUMMARISED.map((name) => [name, parseValueSet(sets[name])] as const);
  if (known.some(([, set]) => set === null)) return null;
  const [unended, continued, carried] = numbers as number[];
  return {
    checkpoint,
    sets: Object.fromEntries(known) as Summary['sets'],
    sessions,
    inParts,
    unended: unended ?? 0,
    continued: continued ?? 0,
    carried: carried ?? 0,
  };
}

/** Whether a session, by its id or at least {@link ID_DIGITS} of its digits, may lie in the volume. */
export function mayHoldSession({ sessions }: Summary, id: string): boolean {
  if (sessions === null) return true;
  const wanted = id.slice(0, ID_DIGITS);
  for (let at = sessions.indexOf(wanted); at >= 0; at = sessions.indexOf(wanted, at + 1))
    if (at % ID_DIGITS === 0) return true;
  return false;
}

function jsonIn(packed: Uint8Array): Record<string, unknown> | null {
  try {
    const text = gunzipSync(packed, { maxOutputLength: MAX_BYTES }).toString('utf8');
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : null;
  } catch {
    return null;
  }
}

/** The gateway that signed for this object made it of rows: what else is in them is as it wrote it. */
function isSession(value: unknown): value is SessionRow {
  return isRecord(value) && typeof value['id'] === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
