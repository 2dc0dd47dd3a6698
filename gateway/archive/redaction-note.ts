/** The signed note that stands in a volume where a value was taken out of it (docs/format.md §7). */
import { fromBase64, toBase64 } from '../../shared/recording/base64.ts';
import { originOf } from '../../shared/recording/checkpoint.ts';
import { ED25519, signNote, type Signer } from '../../shared/recording/note.ts';
import { sha256 } from './ed25519.ts';

/** A value that is taken out, and what is said about it. */
export interface Redaction {
  /** Index of the event in its log. */
  readonly index: number;
  /** The payload of the event that goes. */
  readonly field: string;
  /** Bytes that the value had. */
  readonly length: number;
  /** µs since 1970. */
  readonly time: number;
  readonly by: string;
  readonly reason: string;
  /** What is kept of the value; null: nothing. */
  readonly remainder: Uint8Array | null;
}

/** The note, signed by the key of the log (16 bytes). */
export function signRedaction(log: Uint8Array, redaction: Redaction, { publicKey, sign }: Signer): string {
  const key = { name: originOf(log), type: ED25519, key: publicKey } as const;
  return signNote(sha256, redactionText(log, redaction), key, sign);
}

/** The text that is signed. */
export function redactionText(log: Uint8Array, redaction: Redaction): string {
  const { index, field, length, time, by, reason, remainder } = redaction;
  return [
    `${originOf(log)}/redaction`,
    index,
    field,
    length,
    time,
    JSON.stringify(by),
    JSON.stringify(reason),
    remainder === null ? '-' : toBase64(remainder),
    '',
  ].join('\n');
}

/** What the text of a note says; null when it is none of this kind. */
export function parseRedaction(text: string): Redaction | null {
  const lines = text.split('\n');
  if (lines.length !== LINES) return null;
  const [, index, field = '', length, time, by, reason, remainder = ''] = lines;
  const [numbers, words] = [[index, length, time].map(Number), [textIn(by), textIn(reason)]];
  const kept = remainder === '-' ? null : fromBase64(remainder);
  if (numbers.some((number) => !Number.isSafeInteger(number)) || words.includes(null)) return null;
  if (kept === null && remainder !== '-') return null;
  const [at = 0, bytes = 0, when = 0] = numbers;
  return {
    index: at,
    field,
    length: bytes,
    time: when,
    by: words[0] ?? '',
    reason: words[1] ?? '',
    remainder: kept,
  };
}

/** Of the text of a note, counting the empty one behind the last line feed. */
const LINES = 9;

function textIn(json: string | undefined): string | null {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
