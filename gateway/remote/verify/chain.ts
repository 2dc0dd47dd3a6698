/** The manifests of a log, from all versions of them: which were put, and what became of them. */
import { fromBase64 } from '../../../shared/recording/base64.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import {
  parseShipped,
  parseShippedKey,
  shippedKey,
  type ReadShipped,
} from '../../../shared/remote/manifest.ts';
import { LogKeys } from '../../archive/sqlite/verify/log-keys.ts';
import { digestOf } from '../bundles.ts';
import type { Read, Verifying, Versions } from './versions.ts';

/** A manifest that a trusted key signed. */
interface Signed extends Read {
  readonly manifest: ReadShipped;
}

export class Chain {
  readonly #verifying: Verifying;
  readonly #versions: Versions;
  readonly #log: string;
  readonly #trusted: Uint8Array[];
  /** In order; those that are gone left out. */
  readonly manifests: ReadShipped[] = [];
  /** Trusted keys that signed, hex. */
  readonly signers = new Set<string>();

  constructor(verifying: Verifying, versions: Versions, log: string, keys: readonly Uint8Array[]) {
    this.#verifying = verifying;
    this.#versions = versions;
    this.#log = log;
    this.#trusted = [...keys];
  }

  /** Reads them from the first to the last that ever was. Rejects with ArchiveError. */
  async read(): Promise<void> {
    const numbers = this.#versions.keys().flatMap((key) => parseShippedKey(key)?.number ?? []);
    const last = Math.max(-1, ...numbers);
    let before: ReadShipped | null = null;
    for (let number = 0; number <= last; number++) {
      const found = await this.#manifest(number, before);
      if (found === null) {
        before = null;
        continue;
      }
      this.#follow(found, before);
      before = found;
    }
  }

  /** The manifest of a number; null, and why, where none is there that a trusted key signed. */
  async #manifest(number: number, before: ReadShipped | null): Promise<ReadShipped | null> {
    const { findings, store } = this.#verifying;
    const key = shippedKey(this.#log, number);
    const name = store.named(key);
    const log = this.#log;
    const all: Read[] = [];
    for await (const read of this.#versions.contents(key)) all.push(read);
    const signed = all.flatMap((read) => this.#signed(read) ?? []);
    const own = signed.filter(({ manifest }) => manifest.number === number);
    const digest = before === null ? null : digestOf(before.text);
    const best = own.find(({ manifest }) => digest === null || manifest.previous === digest) ?? own[0];
    if (new Set(own.map(({ manifest }) => manifest.text)).size > 1)
      findings.add('FORKED', `${name} has versions that differ, and all are signed`, { log });
    if (best !== undefined) {
      await this.#versions.judge(key, best.version, best.manifest.lock, { log });
      return best.manifest;
    }
    const [other] = signed;
    if (other !== undefined)
      findings.add('REORDERED', `${name} is manifest ${other.manifest.number} of its log`, { log });
    else if (all.length === 0)
      findings.add('MISSING', `${name} is gone, and manifests behind it are there`, { log });
    else if (all.some((read) => this.#isStranger(read)))
      findings.add('UNKNOWN_KEY', `${name} is signed with no key that is trusted here`, { log });
    else findings.add('CORRUPT', `${name} is not what was signed`, { log });
    return null;
  }

  #follow(manifest: ReadShipped, before: ReadShipped | null): void {
    const { findings } = this.#verifying;
    const log = this.#log;
    this.manifests.push(manifest);
    const key = fromBase64(manifest.key);
    if (key !== null) this.#trusted.push(key);
    if (before === null) return;
    if (manifest.previous !== digestOf(before.text))
      findings.add('FORKED', `manifest ${manifest.number} names another one before it than is there`, {
        log,
      });
    else if (manifest.first < before.next)
      findings.add('CORRUPT', `manifest ${manifest.number} begins with events that the one before has`, {
        log,
      });
    else if (manifest.first > before.next) {
      const place = { log, event: before.next, lastEvent: manifest.first - 1 };
      findings.add('INCOMPLETE', 'these events were never put: the spool had let go of them', place);
    }
  }

  #signed(read: Read): Signed | null {
    const manifest = this.#parse(read);
    if (manifest === null) return null;
    const keys = new LogKeys(originOf(Buffer.from(this.#log, 'hex')), this.#trusted);
    const { bad, trusted } = keys.signed(manifest.note);
    if (bad || !trusted) return null;
    for (const signer of keys.signers()) this.signers.add(signer);
    return { ...read, manifest };
  }

  /** Whether it is a manifest that only keys signed which nobody trusts here. */
  #isStranger(read: Read): boolean {
    const manifest = this.#parse(read);
    const origin = originOf(Buffer.from(this.#log, 'hex'));
    const signed = manifest === null ? null : new LogKeys(origin, this.#trusted).signed(manifest.note);
    return signed !== null && !signed.bad && !signed.trusted;
  }

  #parse({ bytes }: Read): ReadShipped | null {
    return parseShipped(Buffer.from(this.#log, 'hex'), Buffer.from(bytes).toString('utf8'));
  }
}
