/** The gateway that the desktop app runs, if any: with its key from the keychain, kept running, told of in words. */
import { fileURLToPath } from 'node:url';
import { readSettings } from '../../gateway/config.ts';
import { entryModule } from '../../gateway/entry-module.ts';
import { CommandError } from '../failure.ts';
import { GatewayRunner } from '../gateway-config/gateway-runner.ts';
import { signingKey } from './sealed-key.ts';
import { SealedSecrets } from './sealed-secrets.ts';
import type { SafeStorage } from './shell.ts';
import { utilityGateway } from './utility-gateway.ts';
import { GATEWAY } from './words.ts';

export interface OwnGatewayOptions {
  readonly safeStorage: SafeStorage;
  readonly platform: NodeJS.Platform;
  readonly say: (line: string) => void;
  /** ms since 1970. */
  readonly clock: () => number;
  readonly later: (ms: number, then: () => void) => () => void;
  /** Told whenever it stands otherwise. */
  readonly changed: () => void;
}

/** `config` is told with it, so that the menu, and the next start, know which it is. */
export class OwnGateway {
  /** Starts it, and ends it; the window does both too. */
  readonly runner: GatewayRunner;
  /** Where secrets of its configuration lie. */
  readonly keychain: SealedSecrets;
  readonly #options: OwnGatewayOptions;
  #config: string | null = null;

  constructor(options: OwnGatewayOptions) {
    this.#options = options;
    this.keychain = new SealedSecrets(options.safeStorage, options.platform);
    const entry = fileURLToPath(entryModule(import.meta.url, 'gateway-process'));
    this.runner = new GatewayRunner({
      launch: (config, events) => {
        this.#config = config;
        const handed = { key: this.#key(config), secrets: () => this.keychain.open(config) };
        return utilityGateway(entry, config, handed, events);
      },
      now: options.clock,
      after: options.later,
      changed: options.changed,
    });
  }

  /** The configuration of the one that runs, or is to; null while none is. */
  get config(): string | null {
    return this.runner.active ? this.#config : null;
  }

  /** How it stands; null while none runs. */
  get words(): string | null {
    const { state, problem, again } = this.runner.state;
    switch (state) {
      case 'stopped':
        return null;
      case 'starting':
        return GATEWAY.starting;
      case 'running':
        return GATEWAY.running;
      case 'waiting':
        return GATEWAY.waiting(Math.max(0, (again ?? 0) - this.#options.clock()) / 1_000, problem ?? '');
      case 'stopping':
        return GATEWAY.stopping;
    }
  }

  async #key(config: string): Promise<string | null> {
    const { safeStorage, platform, say } = this.#options;
    const { gateway } = await readSettings(config);
    // Workers are forks of Node, which this program is not.
    if (gateway.workers > 1) throw new CommandError('UNSUPPORTED', GATEWAY.workers);
    const place = await signingKey(gateway.key, safeStorage, platform);
    if (place.kind === 'keychain') return place.pem;
    if (place.why !== null) say(GATEWAY.keyInFile(place.why));
    return null;
  }
}
