/** The signed note that stands in a volume where a value was taken out of it (docs/format.md §7). */
import { toBase64 } from '../../shared/recording/base64.ts';
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
  const { index, field, length, time, by, reason, remainder } = redaction;
  const origin = originOf(log);
  const text = [
    `${origin}/redaction`,
    index,
    field,
    length,
    time,
    JSON.stringify(by),
    JSON.stringify(reason),
    remainder === null ? '-' : toBase64(remainder),
    '',
  ].join('\n');
  return signNote(sha256, text, { name: origin, type: ED25519, key: publicKey }, sign);
}
