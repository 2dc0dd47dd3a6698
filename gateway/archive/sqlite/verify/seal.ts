/** The note that stands beside a sealed volume (docs/format.md §5). */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { fromBase64 } from '../../../../shared/recording/base64.ts';
import { originOf } from '../../../../shared/recording/checkpoint.ts';
import { parseNote, type Note } from '../../../../shared/recording/note.ts';
import type { Finding } from '../../../../shared/recording/verdict.ts';
import type { LogKeys } from './log-keys.ts';
import type { VolumeFile, VolumeRow } from './volume-file.ts';

/** What the file of a seal ends with, behind the name of the volume. */
export const SEAL_SUFFIX = '.seal';

/** No seal is larger: a text of five lines and a few signatures. */
const MAX_SEAL_BYTES = 64 * 1024;
const READ_BYTES = 1 << 20;

/** What a seal says. */
export interface Seal {
  readonly note: Note;
  readonly origin: string;
  /** Of the volume's file. */
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly first: number;
  readonly next: number;
}

/** The seal of the volume at `path`: null when there is none, `unreadable` when what is there is no seal. */
function readSeal(path: string): Seal | null | 'unreadable' {
  const file = path + SEAL_SUFFIX;
  if (!existsSync(file)) return null;
  if (statSync(file).size > MAX_SEAL_BYTES) return 'unreadable';
  return parseSeal(readFileSync(file, 'utf8')) ?? 'unreadable';
}

/** Reads a seal; null when the text is none. */
export function parseSeal(text: string): Seal | null {
  const note = parseNote(text);
  const lines = note?.text.split('\n') ?? [];
  const [name = '', , bytes = '', digest = '', range = ''] = lines;
  const [, origin] = /^(.+)\/seal$/.exec(name) ?? [];
  const [, first, next] = /^(\d{1,16}) (\d{1,16})$/.exec(range) ?? [];
  const sha256 = fromBase64(digest);
  if (note === null || lines.length !== 6 || origin === undefined || next === undefined) return null;
  if (sha256?.length !== 32 || !/^\d{1,16}$/.test(bytes)) return null;
  return {
    note,
    origin,
    bytes: Number(bytes),
    sha256: Buffer.from(sha256),
    first: Number(first),
    next: Number(next),
  };
}

interface SealOptions {
  readonly needSeals: boolean;
  readonly onBytes: (bytes: number, of: 'files') => void;
  /** Called when the log was read and no key is trusted that signed the seal. */
  readonly onUnknownKey: () => void;
}

/** What is wrong with the seal of a volume, or with the file that it seals. */
export function* sealProblems(
  { path, row }: Pick<VolumeFile, 'path' | 'row'>,
  keys: LogKeys,
  { needSeals, onBytes, onUnknownKey }: SealOptions,
): Generator<Pick<Finding, 'verdict' | 'message'>> {
  const seal = readSeal(path);
  if (seal === null) {
    if (needSeals && row.sealed !== null)
      yield { verdict: 'INCOMPLETE', message: 'it is sealed, and its seal is not here' };
    return;
  }
  const broken =
    seal === 'unreadable'
      ? 'its seal cannot be read'
      : brokenSeal(path, row, seal, (bytes) => onBytes(bytes, 'files'));
  if (seal === 'unreadable' || broken !== null) return yield { verdict: 'CORRUPT', message: broken ?? '' };
  const { bad } = keys.signed(seal.note);
  if (bad) yield { verdict: 'CORRUPT', message: 'the signature of its seal is not good' };
  else keys.judgeLater(seal.note, onUnknownKey);
}

/** What of a volume is not what its seal says; null when all is. `onBytes` is told how many more were read. */
function brokenSeal(
  path: string,
  row: VolumeRow,
  seal: Seal,
  onBytes: (bytes: number) => void,
): string | null {
  if (seal.origin !== originOf(row.log)) return 'the seal is that of another log';
  if (row.sealed === null) return 'it has a seal, and says that it is still written';
  if (seal.first !== row.first || seal.next !== row.next) return 'the seal is that of other events';
  const { size } = statSync(path);
  if (size !== seal.bytes) return `the file has ${size} bytes, its seal says ${seal.bytes}`;
  return digestOf(path, onBytes).equals(seal.sha256) ? null : 'the file is not the one that was sealed';
}

function digestOf(path: string, onBytes: (bytes: number) => void): Buffer {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(READ_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      digest.update(chunk.subarray(0, read));
      onBytes(read);
    }
  } finally {
    closeSync(file);
  }
  return digest.digest();
}
