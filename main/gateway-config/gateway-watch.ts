/** How the gateway is: asked over its control socket while somebody looks at it, told to windows as it changes. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveSessionList, Readiness } from '../../gateway/control-schema.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { GatewayStatus } from '../../shared/api/gateway-status.ts';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { parseNote } from '../../shared/recording/note.ts';
import { askGateway, followGateway } from '../control-client.ts';
import type { GatewayAccess } from '../control-approvals.ts';
import { CommandError } from '../failure.ts';
import type { RunnerState } from './gateway-runner.ts';
import { type Counted, numbersOf } from './metrics-text.ts';

/** Between two looks, ms. */
const LOOK_MS = 1_000;

/** A window that looks says so again within this, ms. */
const WISH_MS = 30_000;

/** As long as the metrics may take to come, ms. */
const METRICS_MS = 5_000;

/** The policy on disk, as it would be after a reload. */
export interface PolicyOnDisk {
  readonly text: string | null;
  readonly mode: 'enforce' | 'observe' | null;
}

export interface WatchOptions {
  readonly access: () => Promise<GatewayAccess>;
  readonly configuration: string | null;
  readonly control: string | null;
  /** The gateway that this host may run; null: it runs none. */
  readonly runner: { readonly state: RunnerState; readonly active: boolean } | null;
  readonly reader: Pick<ArchiveReader, 'info' | 'logs'>;
  readonly policy: () => Promise<PolicyOnDisk>;
  readonly now: () => number;
  readonly tell: (status: GatewayStatus) => void;
}

/** What the gateway itself answers. */
type Answered = Pick<
  GatewayStatus,
  'state' | 'problem' | 'listen' | 'archive' | 'workers' | 'sessions' | 'numbers'
> & {
  readonly policy: string | null;
};

const SILENT: Answered = {
  state: 'stopped',
  problem: null,
  listen: null,
  archive: null,
  policy: null,
  workers: [],
  sessions: [],
  numbers: null,
};

export class GatewayWatch {
  readonly #options: WatchOptions;
  #before: Counted | null = null;
  #wantedUntil = 0;
  #running: AbortController | null = null;
  #told = '';

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** As it is now; for a while its changes are told. */
  async current(): Promise<GatewayStatus> {
    this.#wantedUntil = this.#options.now() + WISH_MS;
    const status = await this.#look();
    this.#told = JSON.stringify(status);
    if (this.#running === null) void this.#run();
    return status;
  }

  /** Whether a gateway answers that this host did not start. */
  async elsewhere(): Promise<boolean> {
    const { access, runner } = this.#options;
    if (runner?.active === true) return false;
    try {
      await askGateway((await access()).socket, { method: 'GET', path: '/ready', schema: Readiness });
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#wantedUntil = 0;
    this.#running?.abort();
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const { signal } = running;
    while (!signal.aborted && this.#options.now() < this.#wantedUntil) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const status = await this.#look();
      const said = JSON.stringify(status);
      if (said !== this.#told && !signal.aborted) this.#options.tell(status);
      this.#told = said;
    }
    this.#running = null;
  }

  async #look(): Promise<GatewayStatus> {
    const { configuration, control, runner } = this.#options;
    const { policy, ...answered } = await this.#ask();
    const disk = await this.#options.policy().catch((): PolicyOnDisk => ({ text: null, mode: null }));
    const onDisk = disk.text === null ? null : createHash('sha256').update(disk.text).digest('hex');
    return {
      ...answered,
      configuration,
      control,
      process: {
        mayRun: runner !== null && configuration !== null,
        ours: runner?.active ?? false,
        starts: runner?.state.starts ?? 0,
        again: runner?.state.again ?? null,
      },
      volumes: answered.archive === null ? null : await volumesIn(answered.archive),
      checkpoint: await this.#checkpoint(answered.archive),
      policy: configuration === null && policy === null ? null : { running: policy, onDisk, mode: disk.mode },
    };
  }

  async #ask(): Promise<Answered> {
    const { configuration, control, runner } = this.#options;
    if (configuration === null && control === null) return { ...SILENT, state: 'none' };
    const state = runner?.state ?? null;
    try {
      return await this.#answers(await this.#options.access());
    } catch (error) {
      this.#before = null;
      if (state !== null && state.state !== 'stopped') return { ...SILENT, ...waitingFor(state) };
      if (error instanceof CommandError && error.code === 'GATEWAY_NOT_RUNNING') return SILENT;
      return { ...SILENT, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #answers({ socket, token }: GatewayAccess): Promise<Answered> {
    const readiness = await askGateway(socket, { method: 'GET', path: '/ready', schema: Readiness });
    const { ready, draining, workers, listen, archive, policy } = readiness;
    const wrong = workers.find(({ problem }) => problem !== null);
    const known: Answered = {
      state: draining ? 'draining' : ready ? 'ready' : 'not-ready',
      problem: wrong === undefined ? null : `worker ${wrong.worker}: ${wrong.problem ?? ''}`,
      listen,
      archive,
      policy,
      workers,
      sessions: [],
      numbers: null,
    };
    try {
      const path = '/sessions';
      const { sessions } = await askGateway(socket, { method: 'GET', path, schema: LiveSessionList, token });
      return { ...known, sessions, numbers: await this.#numbers({ socket, token }) };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const refused = error.code === 'NOT_SIGNED_IN' || error.code === 'FORBIDDEN';
      return { ...known, state: refused ? 'refused' : known.state, problem: error.message };
    }
  }

  async #numbers({ socket, token }: GatewayAccess): Promise<GatewayStatus['numbers']> {
    const chunks: Uint8Array[] = [];
    const signal = AbortSignal.timeout(METRICS_MS);
    for await (const chunk of followGateway(socket, '/metrics', { token, signal })) chunks.push(chunk);
    const at = this.#options.now();
    const numbers = numbersOf(Buffer.concat(chunks).toString('utf8'), at, this.#before);
    this.#before = { at, numbers };
    return numbers;
  }

  /** The newest of the log that grows, where the open archive is the gateway’s. */
  async #checkpoint(archive: string | null): Promise<GatewayStatus['checkpoint']> {
    const { reader } = this.#options;
    if (archive === null || (await reader.info()).path !== archive) return null;
    const newest = (await reader.logs())
      .flatMap(({ log, volumes }) => {
        const note = volumes.findLast(({ checkpoint }) => checkpoint !== null)?.checkpoint ?? null;
        const read = note === null ? null : parseCheckpoint(parseNote(note)?.text ?? '');
        const open = volumes.at(-1)?.seal === null;
        return read === null ? [] : [{ log, size: read.size, time: null, open }];
      })
      .toSorted((a, b) => Number(b.open) - Number(a.open) || b.size - a.size)[0];
    return newest === undefined ? null : { log: newest.log, size: newest.size, time: newest.time };
  }
}

function waitingFor({ state, problem }: RunnerState): Pick<Answered, 'state' | 'problem'> {
  if (state === 'waiting') return { state: 'waiting', problem };
  return { state: state === 'stopping' ? 'draining' : 'starting', problem };
}

async function volumesIn(archive: string): Promise<GatewayStatus['volumes']> {
  const names = await readdir(archive).catch((): string[] => []);
  const sizes = await Promise.all(
    names
      .filter((name) => name.endsWith('.audit'))
      .map(async (name) => (await stat(join(archive, name)).catch(() => null))?.size ?? 0),
  );
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
