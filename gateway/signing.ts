/** The key of a gateway: what all its workers sign with, and its replacement while they run. */
import type { Logger } from 'pino';
import { publicKeyPem, signerOf } from './archive/ed25519.ts';
import { KeyError } from './archive/key-file.ts';
import { forgetPreviousKey, openSigningKeys, replaceKey, type SigningKeys } from './archive/key-rotation.ts';
import { say } from './log.ts';
import type { Worker } from './worker.ts';

/** What of a worker is needed for it. */
type Signing = Pick<Worker, 'rekey'>;

/** What is not in a file cannot be replaced there. */
const HELD =
  'the key of this gateway is kept by the keychain of the desktop app that started it, and is not replaced there; run the gateway on its own (auditorium gateway) to rotate keys';

export class GatewayKey {
  readonly #path: string;
  readonly #log: Logger;
  #keys: SigningKeys;
  #changing: Promise<unknown> = Promise.resolve();

  readonly #held: boolean;

  /** Opens the key's file, made when there is none, unless the key, as PEM, is `held` elsewhere. Throws KeyError. */
  constructor(path: string, log: Logger, held: string | null = null) {
    this.#path = path;
    this.#log = log;
    this.#held = held !== null;
    this.#keys = held === null ? openSigningKeys(path) : { current: held, previous: null };
  }

  /** What a worker that starts now is given. */
  get keys(): SigningKeys {
    return this.#keys;
  }

  /** The public key, PEM. */
  get publicKey(): string {
    return publicKeyPem(signerOf(this.#keys.current).publicKey);
  }

  /**
   * Replaces the key; resolves, to whether every log is signed with the new one. Where one is not, the key before is kept until
   * the gateway's next start. Rejects with KeyError while an earlier rotation is not done. One at a time.
   */
  rotate(reason: string, workers: readonly (Signing | null)[]): Promise<boolean> {
    if (this.#held) return Promise.reject(new KeyError('KEY_UNUSABLE', HELD));
    return this.#oneAtATime(async () => {
      if (this.#keys.previous !== null) await this.#settle(workers);
      this.#keys = replaceKey(this.#path, reason);
      say(this.#log, 'warn', 'key.replaced', 'the signing key was replaced', { reason });
      return this.#settle(workers);
    });
  }

  /** Ends a rotation that is under way, once every log has gone over; resolves to whether all have. */
  settle(workers: readonly (Signing | null)[]): Promise<boolean> {
    return this.#oneAtATime(() => this.#settle(workers));
  }

  async #settle(workers: readonly (Signing | null)[]): Promise<boolean> {
    const keys = this.#keys;
    if (keys.previous === null) return true;
    const told = await Promise.allSettled(workers.map((worker) => rekey(worker, keys)));
    const failed = told.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) {
      forgetPreviousKey(this.#path);
      this.#keys = { ...keys, previous: null };
      return true;
    }
    const why = failed.reason instanceof Error ? failed.reason.message : String(failed.reason);
    const message = `the key before is kept until the gateway is started again: a log is not signed with the new one yet (${why})`;
    say(this.#log, 'warn', 'key.kept', message);
    return false;
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(work);
    this.#changing = done.catch(() => {});
    return done;
  }
}

function rekey(worker: Signing | null, keys: SigningKeys): Promise<void> {
  return worker === null ? Promise.reject(new Error('a worker is not running')) : worker.rekey(keys);
}
