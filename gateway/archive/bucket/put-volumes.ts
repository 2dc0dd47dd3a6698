/**
 * Puts the sealed volumes of an archive's folder into a bucket, each with what occurs in it, and signs a new manifest after each.
 * Every step may be done again: names hold hashes, and what was put is remembered beside the volumes (`<log>.manifest`).
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '../../../shared/recording/note.ts';
import { ArchiveError } from '../archive.ts';
import { sha256 } from '../ed25519.ts';
import { EXPIRED_SUFFIX, parseExpiry } from '../expiry-note.ts';
import { holdsOn } from '../hold-file.ts';
import { syncFolder } from '../key-file.ts';
import { parseSeal, SEAL_SUFFIX } from '../sqlite/verify/seal.ts';
import { summariseVolume } from '../sqlite/volume-summary.ts';
import type { PutVolume } from './manifest.ts';
import type { Objects } from './objects.ts';
import { PutManifest } from './put-manifest.ts';
import { packSummary } from './summary.ts';
import { fileDigest } from './volume-cache.ts';

export interface PutOptions {
  /** The archive's folder. */
  readonly archive: string;
  readonly objects: Objects;
  /** Who signs, and the public keys that earlier manifests may be signed with. */
  readonly keys: () => { readonly signer: Signer; readonly known: readonly Uint8Array[] };
  /** How long volumes stay here behind their last event, ms; null: for good. */
  readonly keepLocal: number | null;
  /** µs since 1970. */
  readonly now: () => number;
  readonly told: (fact: PutFact) => void;
}

/** What was done with the volume `file`: `left`, of what it was before a redaction, that the bucket does not let go. */
export interface PutFact {
  readonly what: 'put' | 'removed' | 'left';
  readonly file: string;
  /** How the object is written. */
  readonly object: string;
}

const VOLUME_NAME = /^([0-9a-f]{32})-\d{12}\.audit$/;

/** Hex digits of a hash in a key: they tell two files of one name apart. */
const KEY_DIGITS = 12;

export class VolumePutter {
  readonly #options: PutOptions;
  readonly #manifests = new Map<string, PutManifest>();
  /** Keys that are in the bucket for sure. */
  readonly #there = new Set<string>();

  constructor(options: PutOptions) {
    this.#options = options;
  }

  /** Puts what is to be put. Rejects with {@link ArchiveError}; what was done by then is done. */
  async pass(): Promise<void> {
    const { archive } = this.#options;
    const names = readdirSync(archive).toSorted();
    const expired = expiredNotes(archive, names);
    const sealed = names.filter((name) => VOLUME_NAME.test(name) && names.includes(name + SEAL_SUFFIX));
    const logs = new Set([...sealed.map((name) => name.slice(0, 32)), ...expired.keys()]);
    for (const log of logs) {
      const manifest = await this.#manifestOf(log);
      for (const name of sealed) if (name.startsWith(log)) await this.#put(manifest, name);
      await manifest.expire(expired.get(log) ?? []);
      await this.#makeRoom(
        manifest,
        names.filter((name) => VOLUME_NAME.test(name) && name.startsWith(log)),
      );
    }
  }

  async #manifestOf(log: string): Promise<PutManifest> {
    const { archive, objects, keys } = this.#options;
    const known = this.#manifests.get(log);
    if (known !== undefined) return known;
    const opened = await PutManifest.open(log, { archive, objects, keys });
    this.#manifests.set(log, opened);
    return opened;
  }

  async #put(manifest: PutManifest, name: string): Promise<void> {
    const { archive, objects, told } = this.#options;
    const path = join(archive, name);
    const seal = readIfThere(path + SEAL_SUFFIX);
    const said = seal === null ? null : parseSeal(seal);
    if (seal === null || said === null || !existsSync(path)) return; // it expired this moment
    const before = manifest.volume(name);
    const isPut = before?.seal === seal;
    if (isPut && this.#there.has(before.key)) return;
    const hash = said.sha256.toString('hex').slice(0, KEY_DIGITS);
    const key = isPut ? before.key : `${manifest.log}/${name.replace(/\.audit$/, `-${hash}.audit`)}`;
    if ((await objects.size(key)) !== said.bytes)
      await this.#putFile(path, key, said.sha256.toString('base64'));
    if (!isPut) {
      const { summary, log: _, ...span } = summariseVolume(path);
      const packed = packSummary(summary);
      const digest = sha256(packed);
      const summaryKey = key.replace(/\.audit$/, `-${digest.toString('hex').slice(0, KEY_DIGITS)}.summary`);
      await objects.put(summaryKey, packed);
      await manifest.add({
        name,
        key,
        ...span,
        bytes: said.bytes,
        sha256: said.sha256.toString('base64'),
        seal,
        summary: { key: summaryKey, sha256: digest.toString('base64') },
      } satisfies PutVolume);
      told({ what: 'put', file: name, object: objects.named(key) });
    }
    this.#there.add(key);
    if (before !== null && before.key !== key) await this.#leave(before);
  }

  async #putFile(path: string, key: string, hash: string): Promise<void> {
    if ((await fileDigest(path)) !== hash)
      throw new ArchiveError(
        'DAMAGED',
        `${path} is not the file that was sealed; auditorium verify tells more`,
      );
    await this.#options.objects.putFile(key, path);
  }

  /** A value was taken out of a volume: the object that still has it goes, as far as the bucket lets it. */
  async #leave({ name, key }: PutVolume): Promise<void> {
    const { objects, told } = this.#options;
    const gone = await objects.remove(key).then(
      () => true,
      () => false,
    );
    const kept = !gone || (await objects.oldVersions(key).catch(() => [key])).length > 0;
    if (kept) told({ what: 'left', file: name, object: objects.named(key) });
  }

  /** Removes volumes that are in the bucket, but for the newest, which the log goes on from, and those that somebody holds here. */
  async #makeRoom(manifest: PutManifest, local: readonly string[]): Promise<void> {
    const { archive, keepLocal, now, objects, told } = this.#options;
    if (keepLocal === null) return;
    for (const name of local.slice(0, -1)) {
      const volume = manifest.volume(name);
      const path = join(archive, name);
      if (volume === null || now() - volume.to <= keepLocal * 1000 || holdsOn(path).length > 0) continue;
      if (
        readIfThere(path + SEAL_SUFFIX) !== volume.seal ||
        (await objects.size(volume.key)) !== volume.bytes
      )
        continue;
      for (const suffix of ['', SEAL_SUFFIX]) rmSync(path + suffix, { force: true });
      syncFolder(archive);
      told({ what: 'removed', file: name, object: objects.named(volume.key) });
    }
  }
}

/** The notes of volumes that were removed by rule, by log (hex). */
function expiredNotes(archive: string, names: readonly string[]): Map<string, string[]> {
  const notes = new Map<string, string[]>();
  for (const name of names) {
    const path = join(archive, name);
    if (!name.endsWith(EXPIRED_SUFFIX) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
      continue;
    const note = readFileSync(path, 'utf8');
    const read = parseExpiry(note);
    if (read === null) continue;
    const log = Buffer.from(read.expiry.log).toString('hex');
    notes.set(log, [...(notes.get(log) ?? []), note]);
  }
  return notes;
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
