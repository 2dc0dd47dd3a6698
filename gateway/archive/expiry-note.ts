/** The signed note that stays where a volume was removed by the rules of retention: `<file name>.expired` (docs/format.md §5). */
import { fromBase64, toBase64 } from '../../shared/recording/base64.ts';
import { logOf, originOf } from '../../shared/recording/checkpoint.ts';
import { ED25519, parseNote, signNote, type Note, type Signer } from '../../shared/recording/note.ts';
import { sha256 } from './ed25519.ts';

/** What the file of the note ends with, behind the name of the volume. */
export const EXPIRED_SUFFIX = '.expired';

/** A volume that was removed: events `first` up to, without, `next` of a log. */
export interface Expiry {
  /** 16 bytes. */
  readonly log: Uint8Array;
  /** Name of its file. */
  readonly file: string;
  readonly first: number;
  readonly next: number;
  readonly statements: number;
  /** Of the tree at `next`. */
  readonly frontier: Uint8Array;
  /** µs since 1970. */
  readonly time: number;
  readonly reason: string;
  /** Its seal: a signed note. */
  readonly seal: string;
}

/** The note, signed. */
export function signExpiry(expiry: Expiry, { publicKey, sign }: Signer): string {
  const origin = originOf(expiry.log);
  const text = [
    `${origin}/expired`,
    expiry.file,
    `${expiry.first} ${expiry.next}`,
    expiry.statements,
    toBase64(expiry.frontier),
    expiry.time,
    JSON.stringify(expiry.reason),
    JSON.stringify(expiry.seal),
    '',
  ].join('\n');
  return signNote(sha256, text, { name: origin, type: ED25519, key: publicKey }, sign);
}

/** Reads a note; its signatures are not looked at. Null when it is none of this kind. */
export function parseExpiry(text: string): { readonly note: Note; readonly expiry: Expiry } | null {
  const note = parseNote(text);
  if (note === null) return null;
  const [name = '', file = '', range = '', statements = '', frontier = '', time = '', reason, seal, ...rest] =
    note.text.split('\n');
  const log = logOf(/^(.*)\/expired$/.exec(name)?.[1] ?? '');
  const [first = NaN, next = NaN] = range.split(' ').map(integerIn);
  const numbers = [first, next, integerIn(statements), integerIn(time)];
  const hashes = fromBase64(frontier);
  const [said, sealed] = [textIn(reason), textIn(seal)];
  if (log === null || hashes === null || said === null || sealed === null || rest.length !== 1) return null;
  if (numbers.some(Number.isNaN) || first >= next) return null;
  return {
    note,
    expiry: {
      log,
      file,
      first,
      next,
      statements: integerIn(statements),
      frontier: hashes,
      time: integerIn(time),
      reason: said,
      seal: sealed,
    },
  };
}

/** NaN for what is no integer in decimal. */
function integerIn(text: string): number {
  return /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : NaN;
}

function textIn(json: string | undefined): string | null {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
