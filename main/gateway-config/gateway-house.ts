/** The gateway as it is run from the window: its configuration on disk, how it is, its policy, and its process where this host runs it. */
import { dirname, resolve } from 'node:path';
import { ConfigError, parseConfig, parseSettings, type Environment } from '../../gateway/config.ts';
import { Reloaded } from '../../gateway/control-schema.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { DEFAULT_POLICY } from '../../gateway/policy/default-policy.ts';
import { ApiError } from '../../shared/api/error.ts';
import type { TakenOver } from '../../shared/api/gateway.ts';
import type { ConnectionForm, IssuerForm, Settings } from '../../shared/api/gateway-settings.ts';
import type { GatewayStatus } from '../../shared/api/gateway-status.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import { askGateway } from '../control-client.ts';
import { CommandError } from '../failure.ts';
import type { NewsFeed } from '../news-feed.ts';
import type { Keychain } from './keychain.ts';
import { GatewayWatch, type PolicyOnDisk } from './gateway-watch.ts';
import type { GatewayRunner } from './gateway-runner.ts';
import { PolicyDesk, policyNamed } from './policy-desk.ts';
import {
  connectionsIn,
  issuersIn,
  namesIn,
  withConnection,
  withIssuer,
  withoutItem,
  withoutSecrets,
} from './settings-text.ts';
import { readTextFile, replaceTextFile } from './text-file.ts';
import type { OnDisk } from './trials.ts';

export interface HouseOptions {
  /** Its configuration; null: nobody named one. */
  readonly configuration: string | null;
  readonly desk: Pick<ApprovalDesk, 'access' | 'socket'>;
  readonly runner: GatewayRunner | null;
  /** null: this host has none. */
  readonly keychain: Keychain | null;
  readonly reader: ArchiveReader;
  readonly news: NewsFeed;
  readonly env: Environment;
  readonly now: () => number;
}

/** What a change did: the file as it is then, and what a running gateway made of it. */
export interface Changed {
  readonly settings: Settings;
  readonly taken: TakenOver;
  /** Whether others could read the file, and cannot now that a secret stands in it in clear. */
  readonly narrowed: boolean;
}

export class GatewayHouse {
  readonly policy = new PolicyDesk();
  readonly reader: ArchiveReader;
  readonly #options: HouseOptions;
  readonly #watch: GatewayWatch;
  #mode: { readonly text: string; readonly mode: PolicyOnDisk['mode'] } | null = null;

  constructor(options: HouseOptions) {
    const { configuration, desk, runner, reader, news, now } = options;
    this.#options = options;
    this.reader = reader;
    this.#watch = new GatewayWatch({
      access: () => desk.access(),
      configuration: configuration === null ? null : resolve(configuration),
      control: desk.socket,
      runner,
      reader,
      policy: () => this.#policyOnDisk(),
      now,
      tell: (status) => news.tell('gatewayStatus', status),
    });
  }

  status(): Promise<GatewayStatus> {
    return this.#watch.current();
  }

  /** What its log said last; null: this host did not start it. */
  get log(): readonly string[] | null {
    const { runner } = this.#options;
    return runner === null || (!runner.active && runner.lines.length === 0) ? null : runner.lines;
  }

  async run(run: boolean): Promise<GatewayStatus> {
    const { runner } = this.#options;
    const { file } = await this.onDisk();
    if (runner === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host starts no gateways');
    if (!run) await runner.stop();
    else if (!runner.active && (await this.#watch.current()).state !== 'stopped')
      throw new ApiError(
        'CONFLICT',
        'a gateway with this configuration runs already; somebody else started it',
      );
    else runner.start(file);
    return this.#watch.current();
  }

  /** The configuration as text. Rejects with {@link ApiError}. */
  async onDisk(): Promise<OnDisk & { readonly revision: string }> {
    const { configuration, env } = this.#options;
    if (configuration === null)
      throw new ApiError(
        'NOT_AVAILABLE_HERE',
        'this window knows no configuration of a gateway: open it with --config FILE, or begin one here',
      );
    const file = resolve(configuration);
    return { file, env, ...(await readTextFile(file)) };
  }

  /** For a trial of a connection: by the configuration where there is one, with its secrets. */
  async forTrial(): Promise<OnDisk> {
    const { configuration, env, keychain } = this.#options;
    if (configuration === null) return { file: resolve('auditorium.yaml'), text: '', env };
    const disk = await this.onDisk();
    const locked = keychain !== null && namesIn(disk.text, 'keychain').length > 0;
    return { ...disk, ...(locked && { secrets: await keychain.open(disk.file) }) };
  }

  async settings(): Promise<Settings> {
    const { file, text, revision, env } = await this.onDisk();
    const { gateway, archive, anchors } = parsed(text, file);
    const { host, port } = gateway.listen;
    const elsewhere = await this.#watch.elsewhere();
    return {
      file,
      revision,
      text: withoutSecrets(text),
      elsewhere,
      problem: problemOf(text, file, elsewhere, env, this.#options.keychain?.names(file) ?? []),
      keychain: await this.#withoutKeychain(),
      listen: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      tls: gateway.tls !== undefined,
      authentication: gateway.authentication,
      archive,
      policy: policyNamed(text),
      anchors: anchors.map((anchor) => ({
        kind: anchor.kind,
        where: anchor.kind === 'file' ? anchor.path : anchor.kind === 'witness' ? anchor.url : null,
        every: anchor.every,
      })),
      connections: connectionsIn(text, env),
      issuers: issuersIn(text),
    };
  }

  putConnection(revision: string, name: string | null, form: ConnectionForm): Promise<Changed> {
    const { password } = form;
    const write = (text: string, kept: string | null = null): string => {
      refuseSecond('connection', connectionsIn(text, {}), name, form.name);
      return withConnection(text, name, form, kept);
    };
    if (password.from !== 'keychain') return this.#change(revision, async (text) => write(text));
    return this.#change(revision, async (text, file) => {
      // Before a secret is kept, so that none is for what is refused.
      parsed(write(text, form.name), file);
      return write(text, await this.#keep(file, form.name, password.text));
    });
  }

  putIssuer(revision: string, name: string | null, form: IssuerForm): Promise<Changed> {
    return this.#change(revision, async (text) => {
      refuseSecond('issuer', issuersIn(text), name, form.name);
      return withIssuer(text, name, form);
    });
  }

  drop(revision: string, what: 'connection' | 'issuer', name: string): Promise<Changed> {
    return this.#change(revision, async (text) => withoutItem(text, `${what}s`, name));
  }

  async savePolicy(text: string, revision: string) {
    const kept = await this.policy.save(await this.onDisk(), { text, revision }, this.#options.now());
    const taken = await this.reload();
    return { policy: await this.policy.source(await this.onDisk()), kept, taken };
  }

  /** Has the gateway read its configuration again; null: none runs. */
  async reload(): Promise<TakenOver> {
    try {
      const { socket, token } = await this.#options.desk.access();
      const question = { method: 'POST', path: '/reload', schema: Reloaded, token };
      return { ...(await askGateway(socket, question)), refused: null };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error.code === 'GATEWAY_NOT_RUNNING') return null;
      return { applied: [], kept: [], refused: error.message };
    }
  }

  close(): void {
    this.#watch.close();
    this.policy.close();
  }

  /** Nothing is written that the gateway’s own schema would refuse, nor over what somebody else wrote. */
  async #change(revision: string, edit: (text: string, file: string) => Promise<string>): Promise<Changed> {
    const { file, text, revision: before } = await this.onDisk();
    if (before !== revision)
      throw new ApiError('CONFLICT', `${file} was changed by somebody else meanwhile; nothing was written`);
    const next = await edit(text, file);
    parsed(next, file);
    const { narrowed } = await replaceTextFile(file, {
      text: next,
      revision,
      now: this.#options.now(),
      secret: withoutSecrets(next) !== next,
    });
    this.#options.keychain?.retain(file, namesIn(next, 'keychain'));
    return { taken: await this.reload(), settings: await this.settings(), narrowed };
  }

  async #withoutKeychain(): Promise<string | null> {
    const { keychain } = this.#options;
    return keychain === null ? 'only the desktop app reaches the keychain of this system' : keychain.reason();
  }

  async #keep(file: string, name: string, secret: string): Promise<string> {
    const { keychain } = this.#options;
    const why = await this.#withoutKeychain();
    if (why !== null || keychain === null)
      throw new ApiError('NOT_AVAILABLE_HERE', `no secret is kept in a keychain here: ${why ?? ''}`);
    return keychain.keep(file, name, secret);
  }

  async #policyOnDisk(): Promise<PolicyOnDisk> {
    if (this.#options.configuration === null) return { text: null, mode: null };
    const { file, named, text } = await this.policy.source(await this.onDisk());
    if (!named) return { text: null, mode: null };
    const known = file === null ? DEFAULT_POLICY : text;
    if (this.#mode?.text !== known) this.#mode = { text: known, mode: this.policy.check(known).mode };
    return this.#mode;
  }
}

/** Throws {@link ApiError} for a name that another one has: in words of the form, not of the file. */
function refuseSecond(
  what: 'connection' | 'issuer',
  there: readonly { readonly name: string }[],
  before: string | null,
  name: string,
): void {
  if (name === before || !there.some((one) => one.name === name)) return;
  const message = `there is already a${what === 'issuer' ? 'n' : ''} ${what} called ${name}: give this one another name, or change that one`;
  throw new ApiError('CONFIG_UNUSABLE', message);
}

/** Throws {@link ApiError}: where it is wrong, and how to mend it. */
function parsed(text: string, file: string) {
  try {
    return parseSettings(text, dirname(file), file);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ApiError('CONFIG_UNUSABLE', cause.message, { cause });
  }
}

/**
 * What a gateway started in this environment would say; secrets are there, whatever they are. A variable that is not set here is
 * told at the connection that names it, and is nothing to a gateway that was started elsewhere: that has an environment of its own.
 */
function problemOf(
  text: string,
  file: string,
  elsewhere: boolean,
  env: Environment,
  kept: readonly string[],
): string | null {
  const secrets = Object.fromEntries(kept.map((name) => [name, '']));
  const passwords = connectionsIn(text, env).map(({ password }) => password);
  const told = elsewhere
    ? namesIn(text, 'env')
    : passwords.flatMap((password) => (password.from === 'env' ? [password.variable] : []));
  const set = { ...Object.fromEntries(told.map((name) => [name, 'set'])), ...env };
  try {
    parseConfig(text, dirname(file), set, file, secrets);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
