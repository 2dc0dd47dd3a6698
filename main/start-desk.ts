/** Where one can begin in a host that shows any archive it is asked to: recent ones, the demo, a gateway's configuration. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSettings, userFolder, type Environment } from '../gateway/config.ts';
import { DEFAULT_POLICY } from '../gateway/policy/default-policy.ts';
import { ApiError } from '../shared/api/error.ts';
import type { Start } from '../shared/api/gateway.ts';
import { wholeName } from './bucket.ts';
import type { DemoChild } from './demo-child.ts';
import {
  FIRST_POLICY,
  firstConfiguration,
  type FirstSettings,
} from './gateway-config/first-configuration.ts';
import { writeNewFile } from './gateway-config/text-file.ts';
import { readRecent } from './recent-archives.ts';

/** What is to be shown from now on; what is left out stays as it is. */
export interface Turn {
  readonly archive?: string;
  readonly config?: string;
}

export interface StartOptions {
  readonly archive: string | null;
  readonly config: string | null;
  /** Shows another archive, or the same with another gateway. Rejects as opening does, and what was shown stays then. */
  readonly turn: (turn: Turn) => Promise<void>;
  readonly demo: Pick<DemoChild, 'state' | 'problem' | 'start'>;
  readonly env: Environment;
}

export class StartDesk {
  readonly #options: StartOptions;

  constructor(options: StartOptions) {
    this.#options = options;
  }

  points(): Start {
    const { archive, config, demo, env } = this.#options;
    const folder = userFolder(env);
    return {
      archive,
      recent: readRecent(folder).filter(({ path }) => path.includes('://') || existsSync(path)),
      configuration: config === null ? null : resolve(config),
      opens: true,
      demo: demo.state,
      demoProblem: demo.problem,
      suggested: join(folder, 'gateway', 'auditorium.yaml'),
    };
  }

  async open(path: string): Promise<string> {
    const archive = wholeName(path.trim());
    await this.#options.turn({ archive });
    return archive;
  }

  /** Begins it; its archive is shown once its story is recorded. */
  beginDemo(): void {
    const { demo, turn } = this.#options;
    demo.start(({ archive }) => turn({ archive, config: join(dirname(archive), 'auditorium.yaml') }));
  }

  /** Takes a configuration for the gateway’s; its archive is shown where none is. */
  async takeConfiguration(path: string): Promise<string> {
    const file = resolve(path.trim());
    if (!existsSync(file)) throw new ApiError('NOT_FOUND', `${file}: there is no such file`);
    await this.#options.turn({ config: file });
    return file;
  }

  /** Writes a first one, checked as the gateway checks it, with the policy that ships beside it. */
  async writeConfiguration(path: string, settings: FirstSettings): Promise<string> {
    const file = resolve(path.trim());
    const text = firstConfiguration(settings);
    try {
      parseSettings(text, dirname(file), file);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError('CONFIG_UNUSABLE', message, { cause });
    }
    writeNewFile(file, text);
    const policy = join(dirname(file), FIRST_POLICY);
    if (!existsSync(policy)) writeNewFile(policy, DEFAULT_POLICY);
    return this.takeConfiguration(file);
  }
}
