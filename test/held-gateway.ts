/** A gateway whose policy holds statements, with agents that ask and reviewers that decide: for tests of approvals. */
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type pg from 'pg';
import { expect } from 'vitest';
import { RequestList } from '../gateway/approvals-schema.ts';
import type { Config } from '../gateway/config.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { openLog } from '../gateway/log.ts';
import { type ControlAnswer, Stage } from './stage.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 30s }
rules:
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE }
  - { name: two of them, statement: { verb: TRUNCATE }, effect: hold, hold: { quorum: 2 } }
  - { name: brief, statement: { verb: DROP TABLE }, effect: hold, hold: { timeout: 1s } }
`;

/** A gateway under the policy, with a log that is kept. */
export class HeldGateway implements AsyncDisposable {
  readonly stage: Stage;
  readonly config: Config;
  readonly gateway: Gateway;
  readonly lines: readonly string[];

  private constructor(stage: Stage, config: Config, gateway: Gateway, lines: readonly string[]) {
    this.stage = stage;
    this.config = config;
    this.gateway = gateway;
    this.lines = lines;
  }

  /** Workers of their own write their lines where nobody reads them: there is a log only where it is one. */
  static async start(roles: string, settings = '', before?: Stage): Promise<HeldGateway> {
    const stage = before ?? (await Stage.open());
    await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
    const connections = `connections: [${stage.connection('shop')}]`;
    const config = stage.configure(settings, `${connections}\npolicy: ./policy.yaml\n${roles}`);
    const lines: string[] = [];
    const level = settings.includes('workers: 2') ? 'silent' : 'debug';
    const log = openLog(
      level,
      new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }),
    );
    return new HeldGateway(stage, config, await stage.start(config, { log }), lines);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stage[Symbol.asyncDispose]();
  }

  ask(method: string, path: string, body?: unknown, token?: string): Promise<ControlAnswer> {
    return this.stage.ask(this.config.gateway.control, method, path, body, token);
  }

  decide(id: string, verdict: string, token?: string, reason = 'as agreed'): Promise<ControlAnswer> {
    return this.ask('POST', `/approvals/${id}`, { verdict, reason }, token);
  }

  /** The status alone, of answers too that never end. */
  status(method: string, path: string, token: string | null): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const socketPath = this.config.gateway.control;
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const asked = request({ socketPath, method, path, headers }, (response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.once('error', reject).end();
    return promise;
  }

  async pending(): Promise<string[]> {
    const { requests } = RequestList.parse((await this.ask('GET', '/approvals')).value);
    return requests.filter(({ state }) => state === 'pending').map(({ id }) => id);
  }

  /** Has an agent ask; resolves once its statement is held. */
  async hold(
    client: pg.Client,
    sql: string,
  ): Promise<{ readonly id: string; readonly answer: Promise<unknown> }> {
    const before = new Set(await this.pending());
    const answer = client.query(sql).then(
      () => 'done',
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    );
    let id: string | undefined;
    await expect
      .poll(async () => (id = (await this.pending()).find((each) => !before.has(each))), { timeout: 5_000 })
      .toBeDefined();
    return { id: id ?? '', answer };
  }

  logged(event: string): Record<string, unknown>[] {
    const all = this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return all.filter((line) => line['event'] === event);
  }
}

/** Code and message of an answer that is no success. */
export function refusal({ status, value }: ControlAnswer): unknown[] {
  const { code, message } = value as { code: string; message: string };
  return [status, code, message];
}
