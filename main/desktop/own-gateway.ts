/** The gateway that the desktop app runs, if any: started with its key, kept, and told of. */
import { fileURLToPath } from 'node:url';
import { entryModule } from '../../gateway/entry-module.ts';
import { readSettings } from '../../gateway/config.ts';
import type { GatewayNews } from '../../shared/api/routes.ts';
import { CommandError } from '../failure.ts';
import { GatewayKeeper, type KeptGateway } from './gateway-keeper.ts';
import { signingKey } from './sealed-key.ts';
import type { SafeStorage } from './shell.ts';
import { GATEWAY } from './words.ts';

export interface OwnGatewayOptions {
  readonly safeStorage: SafeStorage;
  readonly platform: NodeJS.Platform;
  readonly say: (line: string) => void;
  readonly now: () => number;
  readonly later: (ms: number, then: () => void) => () => void;
  /** Told of every change; `archive` is where it records, when it runs. */
  readonly changed: (now: KeptGateway) => void;
}

export class OwnGateway {
  readonly #options: OwnGatewayOptions;
  #keeper: GatewayKeeper | null = null;
  #config: string | null = null;

  constructor(options: OwnGatewayOptions) {
    this.#options = options;
  }

  /** Its configuration; null while none runs. */
  get config(): string | null {
    return this.#config;
  }

  /** How it stands, in words; null while none runs. */
  get words(): string | null {
    return this.#keeper?.words ?? null;
  }

  /** The same for the window’s badge. */
  get news(): GatewayNews['kept'] {
    return this.#keeper === null ? undefined : { state: this.#keeper.state.state, words: this.#keeper.words };
  }

  /** Starts it in place of one that runs. Rejects with ConfigError where the file cannot be used. */
  async start(config: string): Promise<void> {
    const { safeStorage, platform, say, now, later, changed } = this.#options;
    const settings = await readSettings(config);
    // Workers are forks of Node, which this program is not.
    if (settings.gateway.workers > 1) throw new CommandError('UNSUPPORTED', GATEWAY.workers);
    await this.stop();
    this.#config = config;
    this.#keeper = new GatewayKeeper({
      entry: fileURLToPath(entryModule(import.meta.url, 'gateway-process')),
      config,
      key: async () => {
        const place = await signingKey(settings.gateway.key, safeStorage, platform);
        if (place.kind === 'keychain') return place.pem;
        if (place.why !== null) say(GATEWAY.keyInFile(place.why));
        return null;
      },
      changed,
      now,
      later,
    });
  }

  async stop(): Promise<void> {
    const keeper = this.#keeper;
    await keeper?.stop();
    this.#keeper = null;
    this.#config = null;
  }
}
