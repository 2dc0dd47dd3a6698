/**
 * Checkpoints (C2SP tlog-checkpoint): the text of a signed note that says how large a log is and which root its tree has.
 *
 *   auditorium.local/<log id, 32 hex digits>
 *   <events, decimal>
 *   <root, base64>
 *
 * The key's name is the first line, the origin. There are no extension lines: what else is to be said is an event.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES } from './tree.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  readonly origin: string;
  /** Events of the log: the tree's leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

const ORIGIN = 'auditorium.local/';

/** The origin of a log, which is the name of its keys too. */
export function originOf(log: Uint8Array): string {
  return ORIGIN + [...log].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The log an origin names, 16 bytes; null when it names none of Auditorium's. */
export function logOf(origin: string): Uint8Array | null {
  const [, hex] = /^auditorium\.local\/([0-9a-f]{32})$/.exec(origin) ?? [];
  if (hex === undefined) return null;
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** The text to sign. */
export function printCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads a note's text; null when it is no checkpoint. Extension lines are passed over, as C2SP asks. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, encoded, ...rest] = text.split('\n');
  if (origin === undefined || origin === '' || encoded === undefined || rest.length === 0) return null;
  if (size === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    return null;
  const root = fromBase64(encoded);
  return root?.length === HASH_BYTES ? { origin, size: Number(size), root } : null;
}
