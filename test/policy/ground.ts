/** A PostgreSQL with a schema, gateways before it each with a policy of its own, and raw agents on both: for the policy suites. */
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Config } from '../../gateway/config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { mintToken } from '../../main/commands/token.ts';
import { scanFolder } from '../secrets/scan.ts';
import type { Needle } from '../secrets/needles.ts';
import type { TestAddress } from '../gateway.ts';
import { Stage } from '../stage.ts';
import { openAgent, type Agent } from './agent.ts';

/** A gateway of the ground with its policy. */
export interface PolicyGateway {
  readonly gateway: Gateway;
  readonly config: Config;
  /**
   * Opens a session; it ends with the ground, if not before. What is held of it is decided at once as `verdict` says; without
   * one it waits.
   */
  connect(subject?: string, verdict?: Verdict): Promise<Agent>;
  /** Where a client connects; the password is a token of `subject`. */
  address(subject?: string): Promise<TestAddress>;
  /** Votes on a held statement, as a reviewer unless `by` says otherwise; resolves to the control API's status. */
  decide(id: string, verdict: Verdict, by?: string): Promise<number>;
}

export type Verdict = 'approve' | 'reject';

/** Of the reviewers: policies of these suites name it as approvers. */
export const REVIEWERS = 'reviewers';

export class PolicyGround implements AsyncDisposable {
  readonly stage: Stage;
  readonly #agents = new Set<Agent>();
  readonly #gateways: Gateway[] = [];

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Starts the database and runs `schema` in it. */
  static async open(schema: string): Promise<PolicyGround> {
    const ground = new PolicyGround(await Stage.open());
    try {
      await ground.run(schema);
    } catch (error) {
      await ground[Symbol.asyncDispose]();
      throw error;
    }
    return ground;
  }

  /**
   * Starts a gateway with this policy document, null for the one that ships; each of a ground has a name of its own. `login` is the role, its password the
   * same, that it logs in to the database as; by default the superuser.
   */
  async gateway(name: string, policy: string | null, login?: string): Promise<PolicyGateway> {
    const { stage } = this;
    const file = `./${name}.yaml`;
    if (policy !== null) await writeFile(join(stage.folder, file), policy);
    const settings = `durability: process, spool: { dir: ./${name} }`;
    const rest = `archive: ./${name}-archive\npolicy: ${policy === null ? 'default' : file}\nconnections: [${this.#connection(login)}]`;
    const config = stage.configure(settings, rest);
    const gateway = await stage.start(config);
    this.#gateways.push(gateway);
    const runtimeFile = join(config.gateway.spool.dir, 'issuer/issuer.json');
    const decide = async (id: string, verdict: Verdict, by = 'reviewer'): Promise<number> => {
      const token = await mintToken({ runtimeFile, sub: by, groups: [REVIEWERS] }, {});
      return post(config.gateway.control, `/approvals/${id}`, token, { verdict, reason: 'as the test says' });
    };
    const { host, user, database } = stage.server;
    const address = async (subject = 'agent'): Promise<TestAddress> => {
      const password = await mintToken({ runtimeFile, sub: subject }, {});
      return { host, port: gateway.listen.port, user, database, password };
    };
    const connect = async (subject?: string, verdict?: Verdict): Promise<Agent> => {
      const onHeld = (id: string): void => void (verdict !== undefined && decide(id, verdict));
      return this.#keep(await openAgent(await address(subject), onHeld));
    };
    return { gateway, config, address, connect, decide };
  }

  /** Called as the database is, so that clients see one name either way. */
  #connection(login: string | undefined): string {
    const { host, port, database, user } = this.stage.server;
    const as =
      login === undefined
        ? `user: ${user}, password: { env: PASSWORD }`
        : `user: ${login}, password: ${login}`;
    return `{ name: ${database}, host: ${host}, port: ${port}, database: ${database}, ${as}, sslmode: disable }`;
  }

  /** A session with the database itself. */
  async direct(): Promise<Agent> {
    return this.#keep(await openAgent(this.stage.server));
  }

  /** Runs a text on the database itself; rejects with what the server says against it. */
  async run(sql: string): Promise<(string | null)[][]> {
    const agent = await openAgent(this.stage.server);
    const { errors, rows } = await agent.query(sql);
    await agent.end();
    if (errors.length > 0) throw new Error(`${errors[0]?.['M']}: ${sql.slice(0, 200)}`);
    return rows.map((row) => row.map((cell) => cell?.toString() ?? null));
  }

  /** Closes every gateway and looks for the needles in all they left behind. */
  async leftBehind(needles: readonly Needle[]): Promise<string[]> {
    await this.#close();
    return scanFolder(this.stage.folder, needles);
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#agents].map((agent) => agent.end()));
    this.#agents.clear();
    for (const gateway of this.#gateways.splice(0)) await gateway.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.stage[Symbol.asyncDispose]();
  }

  #keep(agent: Agent): Agent {
    this.#agents.add(agent);
    return agent;
  }
}

/** Sends JSON to the control API; resolves to the status. */
function post(socketPath: string, path: string, token: string, body: unknown): Promise<number> {
  const sent = JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(sent) };
  return new Promise((resolve, reject) => {
    request({ socketPath, method: 'POST', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end(sent);
  });
}
