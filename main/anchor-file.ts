/** Reads checkpoints that somebody else kept: a file of signed notes, or any log with the lines that gateways print (docs/format.md §6). */
import { readFileSync } from 'node:fs';
import type { Anchor } from '../gateway/archive/sqlite/verify/anchors.ts';
import { fromBase64 } from '../shared/recording/base64.ts';
import { logOf, parseCheckpoint } from '../shared/recording/checkpoint.ts';
import { CommandError } from './failure.ts';

const NOTE = /^auditorium\.local\/[0-9a-f]{32}\n\d{1,16}\n[A-Za-z0-9+/]{43}=\n(?=\n)/gm;
const LINE = /auditorium checkpoint (auditorium\.local\/[0-9a-f]{32}) (\d{1,16}) ([A-Za-z0-9+/]{43}=)/g;

/** All checkpoints in the file; throws {@link CommandError} when there is none. What they are signed with does not matter: who kept them vouches. */
export function readAnchors(path: string): Anchor[] {
  const text = readText(path).replaceAll('\r\n', '\n');
  const notes = [...text.matchAll(NOTE)].flatMap(([note]) => parseCheckpoint(note) ?? []);
  const lines = [...text.matchAll(LINE)].flatMap(([, origin = '', size = '', encoded = '']) => {
    const root = fromBase64(encoded);
    return root === null ? [] : [{ origin, size: Number(size), root }];
  });
  const anchors = [...notes, ...lines]
    .filter(({ origin }) => logOf(origin) !== null)
    .map((checkpoint) => ({ checkpoint, from: path, expected: true }));
  if (anchors.length > 0) return anchors;
  throw new CommandError(
    'BAD_USAGE',
    `${path} holds no checkpoint: give the file that a gateway appends them to, or a log with its lines`,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('BAD_USAGE', `the anchors in ${path} cannot be read: ${why}`, { cause });
  }
}
