/**
 * The manifest of one log as its gateway writes it: the last note is kept in the archive's folder, and what is signed next is made
 * of that alone. A bucket is never believed: whoever may write there could add to what the gateway signs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import type { Signer } from '../../../shared/recording/note.ts';
import { ArchiveError } from '../archive.ts';
import { parseExpiry } from '../expiry-note.ts';
import { replaceFile } from '../sqlite/replace-file.ts';
import { LogKeys } from '../sqlite/verify/log-keys.ts';
import {
  digestOfNote,
  type Manifest,
  manifestKey,
  parseManifest,
  parseManifestKey,
  type PutVolume,
  signManifest,
} from './manifest.ts';
import type { Objects } from './objects.ts';

interface PutManifestOptions {
  /** The archive's folder. */
  readonly archive: string;
  readonly objects: Objects;
  readonly keys: () => { readonly signer: Signer; readonly known: readonly Uint8Array[] };
}

/** The last note, and what it says. */
interface Written extends Manifest {
  readonly text: string;
}

const MANIFEST_SUFFIX = '.manifest';

export class PutManifest {
  /** Hex. */
  readonly log: string;
  readonly #options: PutManifestOptions;
  #last: Written | null;

  private constructor(log: string, options: PutManifestOptions, last: Written | null) {
    this.log = log;
    this.#options = options;
    this.#last = last;
  }

  /** Goes on where the last note ended. Rejects with {@link ArchiveError}, DAMAGED where the bucket has one of somebody else. */
  static async open(log: string, options: PutManifestOptions): Promise<PutManifest> {
    const { archive, objects, keys } = options;
    const own = readPutManifest(archive, log);
    const there = await objects.keys(`${log}/manifest-`);
    const numbers = there.flatMap((key) => parseManifestKey(key)?.number ?? []);
    if (numbers.length === 0) return new PutManifest(log, options, null); // nothing was put here yet
    const newest = Math.max(...numbers);
    if (own !== null && own.number > newest) {
      await objects.put(manifestKey(log, own.number), Buffer.from(own.text));
      return new PutManifest(log, options, own);
    }
    const text = Buffer.from(await objects.get(manifestKey(log, newest))).toString('utf8');
    if (text === own?.text) return new PutManifest(log, options, own);
    const read = written(log, text);
    const signed = read !== null && own?.number !== newest && isSigned(log, text, keys().known);
    if (!signed)
      throw new ArchiveError(
        'DAMAGED',
        `${objects.named(manifestKey(log, newest))} is not what this gateway wrote; give it another prefix, and keep this one as evidence`,
      );
    return new PutManifest(log, options, read);
  }

  /** A volume that was put, by the name of its file. */
  volume(name: string): PutVolume | null {
    return this.#last?.volumes.find((volume) => volume.name === name) ?? null;
  }

  /** Says that a volume is in the bucket, in place of one of its name. */
  async add(volume: PutVolume): Promise<void> {
    const others = (this.#last?.volumes ?? []).filter(({ name }) => name !== volume.name);
    const volumes = [...others, volume].toSorted((a, b) => a.first - b.first);
    await this.#write({ volumes, expired: this.#last?.expired ?? [] });
  }

  /** Says that volumes were removed by the rules of retention. */
  async expire(notes: readonly string[]): Promise<void> {
    const before = this.#last;
    if (before === null || notes.every((note) => before.expired.includes(note))) return;
    const files = new Set(notes.map((note) => parseExpiry(note)?.expiry.file));
    await this.#write({
      volumes: before.volumes.filter(({ name }) => !files.has(name)),
      expired: [...new Set([...before.expired, ...notes])],
    });
  }

  async #write(content: Pick<Manifest, 'volumes' | 'expired'>): Promise<void> {
    const { archive, objects, keys } = this.#options;
    const last = this.#last;
    const manifest: Manifest = {
      number: last === null ? 0 : last.number + 1,
      previous: last === null ? null : digestOfNote(last.text),
      ...content,
    };
    const text = signManifest(Buffer.from(this.log, 'hex'), manifest, keys().signer);
    await objects.put(manifestKey(this.log, manifest.number), Buffer.from(text));
    replaceFile(join(archive, this.log + MANIFEST_SUFFIX), text);
    this.#last = { ...manifest, text };
  }
}

/** What the archive's folder remembers of a log (hex) that was put; null where nothing was. */
export function readPutManifest(archive: string, log: string): Written | null {
  const path = join(archive, log + MANIFEST_SUFFIX);
  return existsSync(path) ? written(log, readFileSync(path, 'utf8')) : null;
}

function written(log: string, text: string): Written | null {
  const read = parseManifest(Buffer.from(log, 'hex'), text);
  if (read === null) return null;
  const { note: _, ...manifest } = read;
  return { ...manifest, text };
}

function isSigned(log: string, text: string, known: readonly Uint8Array[]): boolean {
  const id = Buffer.from(log, 'hex');
  const read = parseManifest(id, text);
  return read !== null && new LogKeys(originOf(id), known).signed(read.note).trusted;
}
