/**
 * Remembers the newest manifest of each log that was seen here, so that a bucket which was put back to an older state, or written
 * anew, is found out by whoever looked at it before.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { printPlace, type Place } from './place.ts';

/** A log's manifest: its number, and the SHA-256 of its note in base64. */
export interface SeenManifest {
  readonly number: number;
  readonly digest: string;
}

export class SeenManifests {
  readonly #path: string;
  readonly #forget: boolean;

  /** `path`: a JSON file, made when something is remembered. */
  constructor(path: string, forget = false) {
    this.#path = path;
    this.#forget = forget;
  }

  /** The same, but that it knows of nothing before, and takes what it is told in its place. */
  forgetting(): SeenManifests {
    return new SeenManifests(this.#path, true);
  }

  /** The newest one of a log (hex); null where none was seen. */
  get(place: Place, log: string): SeenManifest | null {
    return this.#forget ? null : (this.#read()[keyOf(place, log)] ?? null);
  }

  remember(place: Place, log: string, { number, digest }: SeenManifest): void {
    const all = { ...this.#read(), [keyOf(place, log)]: { number, digest } };
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const written = `${this.#path}.${process.pid}`;
    writeFileSync(written, JSON.stringify(all), { mode: 0o600 });
    renameSync(written, this.#path);
  }

  /** A file that cannot be read remembers nothing. */
  #read(): Readonly<Record<string, SeenManifest>> {
    try {
      const read = JSON.parse(readFileSync(this.#path, 'utf8')) as Readonly<Record<string, SeenManifest>>;
      const entries = Object.entries(read);
      return Object.fromEntries(
        entries.filter(
          ([, { number, digest }]) => Number.isSafeInteger(number) && typeof digest === 'string',
        ),
      );
    } catch {
      return {};
    }
  }
}

function keyOf(place: Place, log: string): string {
  return `${place.endpoint ?? 'aws'} ${printPlace(place)} ${log}`;
}
