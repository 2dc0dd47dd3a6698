/** The journal of a key store: for each log a chain of signed lines that say which keys were destroyed, by whom and why. */
import type { Signer } from '../../../shared/recording/note.ts';
import {
  parseDestruction,
  signDestruction,
  type NamedKey,
  type ReadDestruction,
} from '../../../shared/remote/key-journal.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { sha256 } from '../../archive/ed25519.ts';
import type { ErasingStore } from '../object-store.ts';

/** Who destroys keys, when (µs since 1970) and why. */
export interface Destroyer {
  readonly by: string;
  readonly reason: string;
  readonly time: number;
}

const NUMBER_DIGITS = 9;
const JOURNAL = 'v1/journal/';

export class KeyJournal {
  readonly #store: ErasingStore;
  /** By log. */
  readonly #read = new Map<string, ReadDestruction[]>();

  constructor(store: ErasingStore) {
    this.#store = store;
  }

  /** All lines of a log (hex) in order. Rejects with ArchiveError, DAMAGED where one is missing or none. */
  async read(log: string): Promise<ReadDestruction[]> {
    const known = this.#read.get(log) ?? [];
    const after = known.at(-1);
    const folder = folderOf(log);
    for (const place of await this.#store.keys(folder, after && placeOf(log, after.number))) {
      const text = Buffer.from(await this.#store.get(place)).toString('utf8');
      const line = parseDestruction(Buffer.from(log, 'hex'), text);
      const before = known.at(-1);
      const previous = before === undefined ? null : digestOf(before);
      if (line?.number !== known.length || line.previous !== previous || place !== placeOf(log, line.number))
        throw new ArchiveError(
          'DAMAGED',
          `${this.#store.named(place)} is not the line ${known.length} of its journal; keep it as evidence`,
        );
      known.push(line);
    }
    this.#read.set(log, known);
    return known;
  }

  /** Logs (hex) that have lines. Rejects with ArchiveError. */
  async logs(): Promise<string[]> {
    const places = await this.#store.keys(JOURNAL);
    return [...new Set(places.map((place) => place.slice(JOURNAL.length).split('/')[0] ?? ''))];
  }

  /** Adds a line of what no line names yet. Rejects with ArchiveError. */
  async add(
    log: Uint8Array,
    keys: readonly NamedKey[],
    { by, reason, time }: Destroyer,
    signers: { readonly signer: Signer; readonly previous: Signer | null },
  ): Promise<void> {
    const name = Buffer.from(log).toString('hex');
    const lines = await this.read(name);
    const told = new Set(lines.flatMap((line) => line.keys.map(nameOf)));
    const untold = keys.filter((key) => !told.has(nameOf(key)));
    if (untold.length === 0) return;
    const last = lines.at(-1);
    const number = lines.length;
    const previous = last === undefined ? null : digestOf(last);
    const line = { version: 1, number, previous, time, by, reason, keys: untold } as const;
    const text = signDestruction(sha256, log, line, signers);
    await this.#store.put(placeOf(name, number), Buffer.from(text), null);
    await this.read(name);
  }

  forget(): void {
    this.#read.clear();
  }
}

/** What the next line says of one. */
export function digestOf({ text }: ReadDestruction): string {
  return sha256(Buffer.from(text)).toString('base64');
}

function nameOf({ session, id }: NamedKey): string {
  return `${session ?? 'log'}/${id}`;
}

function folderOf(log: string): string {
  return `${JOURNAL}${log}/`;
}

function placeOf(log: string, number: number): string {
  return folderOf(log) + String(number).padStart(NUMBER_DIGITS, '0');
}
