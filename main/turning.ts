/** A host that shows another archive, or another gateway, when it is asked to: what it runs beside itself goes on meanwhile. */
import { existsSync } from 'node:fs';
import { readSettings, userFolder } from '../gateway/config.ts';
import { wholeName } from './bucket.ts';
import { DemoChild } from './demo-child.ts';
import { forkGateway } from './gateway-config/gateway-child.ts';
import { GatewayRunner } from './gateway-config/gateway-runner.ts';
import type { ShownParts } from './hosts/web.ts';
import { noteRecent } from './recent-archives.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';
import { StartDesk, type Turn } from './start-desk.ts';
import { note } from './terminal.ts';

type Shown = Pick<ServicesOptions, 'archive' | 'gateway' | 'case'>;

export class Turning {
  readonly #demo = new DemoChild();
  readonly #runner = new GatewayRunner({
    launch: forkGateway,
    now: Date.now,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  #shown: Shown = { archive: null, gateway: { config: null, control: null }, case: null };
  #services: Services | null = null;
  #tell: (parts: ShownParts) => void = () => {};
  #turning: Promise<void> = Promise.resolve();

  /** Rejects as {@link openServices}. */
  static async open(options: Shown): Promise<Turning> {
    const { archive, gateway, case: file } = options;
    const turning = new Turning();
    turning.#shown = { gateway, case: file, archive: archive ?? (await archiveOf(gateway.config)) };
    turning.#services = await turning.#open(turning.#shown);
    return turning;
  }

  /** What is shown now. */
  get parts(): ShownParts {
    const { archive, gateway } = this.#shown;
    const start = new StartDesk({
      archive,
      config: gateway.config,
      turn: (turn) => this.#turnTo(turn),
      demo: this.#demo,
      env: process.env,
    });
    if (this.#services === null) throw new TypeError('nothing is open yet');
    return { ...this.#services.parts, start };
  }

  /** `tell` is called with what is shown whenever that is another. */
  follow(tell: (parts: ShownParts) => void): void {
    this.#tell = tell;
  }

  /** Ends all that runs beside the host. */
  async close(): Promise<void> {
    await this.#turning.catch(() => undefined);
    await Promise.all([this.#runner.stop(), this.#demo.stop()]);
    await this.#services?.close();
  }

  /** One after the other. What was shown stays when the other cannot be opened. */
  #turnTo(turn: Turn): Promise<void> {
    const turned = this.#turning.catch(() => undefined).then(() => this.#turn(turn));
    this.#turning = turned;
    return turned;
  }

  async #turn({ archive, config }: Turn): Promise<void> {
    const before = this.#services;
    const gateway = config === undefined ? this.#shown.gateway : { config, control: null };
    if (config !== undefined && config !== this.#shown.gateway.config) await this.#runner.stop();
    const shown = {
      archive: archive ?? this.#shown.archive ?? (await archiveOf(gateway.config)),
      gateway,
      case: null,
    };
    this.#services = await this.#open(shown);
    this.#shown = shown;
    this.#tell(this.parts);
    await before?.close();
  }

  async #open(shown: Shown): Promise<Services> {
    const services = await openServices({ ...shown, say: note, runner: this.#runner });
    if (shown.archive !== null) noteRecent(userFolder(process.env), wholeName(shown.archive), Date.now());
    return services;
  }
}

/** The archive of a configuration, once a gateway has begun it. */
async function archiveOf(config: string | null): Promise<string | null> {
  if (config === null) return null;
  const { archive } = await readSettings(config);
  return existsSync(archive) ? archive : null;
}
