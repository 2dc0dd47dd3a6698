/**
 * The policies that a server passes on, as files beside its list of gateways: one for all, and one of its own for whichever gateway
 * has one. Each lies beside the note of who signed it; the server can make neither.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EVERY_GATEWAY, readPolicyNote } from '../../shared/fleet/policy.ts';
import { parseNote } from '../../shared/recording/note.ts';

/** What is offered. */
export interface Offer {
  /** null: the note beside it is none, which gateways will say. */
  readonly version: number | null;
  readonly text: string;
  readonly note: string;
}

/** No policy is larger. */
const MAX_BYTES = 1 << 20;

/** Of one gateway, or of all that have none of their own. */
function pathsOf(folder: string, gateway: string): { readonly text: string; readonly note: string } {
  const path = gateway === EVERY_GATEWAY ? join(folder, 'policy') : join(folder, 'policies', gateway);
  return { text: `${path}.yaml`, note: `${path}.note` };
}

export class Offers {
  readonly #folder: string;
  readonly #read = new Map<string, { readonly stamp: string; readonly offer: Offer }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a gateway is offered now; null: nothing. Throws the system's error for a file that cannot be read. */
  of(gateway: string): Offer | null {
    return this.#at(gateway) ?? this.#at(EVERY_GATEWAY);
  }

  #at(gateway: string): Offer | null {
    const paths = pathsOf(this.#folder, gateway);
    const stamp = `${stampOf(paths.text)} ${stampOf(paths.note)}`;
    const read = this.#read.get(gateway);
    if (read?.stamp === stamp) return read.offer;
    const text = readUpTo(paths.text);
    if (text === null) return null;
    const note = readUpTo(paths.note) ?? '';
    const signed = readPolicyNote(parseNote(note)?.text ?? '');
    const offer = { version: signed?.version ?? null, text, note };
    this.#read.set(gateway, { stamp, offer });
    return offer;
  }
}

/** Puts a signed policy where the server finds it; the note last, for it is what makes it new. */
export function putOffer(
  folder: string,
  gateway: string,
  { text, note }: Pick<Offer, 'text' | 'note'>,
): string {
  const paths = pathsOf(folder, gateway);
  mkdirSync(dirname(paths.text), { recursive: true, mode: 0o700 });
  for (const [path, content] of [
    [paths.text, text],
    [paths.note, note],
  ] as const) {
    writeFileSync(`${path}.new`, content, { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }
  return paths.text;
}

/** SHA-256, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

function readUpTo(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.size > MAX_BYTES) throw new RangeError(`${path} is larger than ${MAX_BYTES} bytes: no policy is`);
  return readFileSync(path, 'utf8');
}
