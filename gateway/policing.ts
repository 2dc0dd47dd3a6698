/** What a worker needs to hold its sessions to a policy: the policy itself, the parser, catalogs and keys. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { PolicyText } from './config-policy.ts';
import { say } from './log.ts';
import { hashKeys, type HashKeys } from './masking/hash-keys.ts';
import type { Policy } from './policy/compile.ts';
import { parsePolicy } from './policy/reading.ts';
import { SharedCatalogs } from './postgres/catalog/shared-catalogs.ts';
import { TextReader } from './postgres/facts/text-reader.ts';
import type { PolicySource } from './postgres/gate/surroundings.ts';
import type { Recorder } from './recorder/recorder.ts';

/** Where policies are put on record, and what is odd about them told. */
export interface PolicingSurroundings {
  readonly recorder: Recorder;
  readonly log: Logger;
}

export class Policing implements PolicySource {
  readonly reader: TextReader;
  readonly catalogs = new SharedCatalogs({ now: () => performance.now() });
  readonly keys: HashKeys;
  readonly #recorder: Recorder;
  readonly #log: Logger;
  #text: string;
  #current: Policy;

  private constructor(
    reader: TextReader,
    keys: HashKeys,
    policy: PolicyText,
    { recorder, log }: PolicingSurroundings,
  ) {
    this.reader = reader;
    this.keys = keys;
    this.#recorder = recorder;
    this.#log = log;
    this.#text = policy.text;
    this.#current = this.#load(policy);
  }

  /** Loads the parser, and the key of hashes in the record, which lies in the gateway's spool folder and never in the archive. */
  static async open(config: Config, policy: PolicyText, around: PolicingSurroundings): Promise<Policing> {
    const keys = hashKeys(join(config.gateway.spool.dir, 'mask.key'));
    return new Policing(await TextReader.open(), keys, policy, around);
  }

  /** The policy in force; sessions notice when it is another. */
  get current(): Policy {
    return this.#current;
  }

  /** Puts a policy in force, on the record. */
  adopt(policy: PolicyText): void {
    if (policy.text === this.#text) return;
    this.#text = policy.text;
    this.#current = this.#load(policy);
  }

  async close(): Promise<void> {
    this.catalogs.close();
    await this.reader.close();
  }

  #load({ text, file }: PolicyText): Policy {
    const policy = parsePolicy(text, file);
    const { hash, mode, warnings } = policy;
    for (const warning of warnings) say(this.#log, 'warn', 'policy.warning', `${file}: ${warning}`);
    this.#recorder.record('policyLoaded', { hash, mode, document: Buffer.from(text) });
    return policy;
  }
}
