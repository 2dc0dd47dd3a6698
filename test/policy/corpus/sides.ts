/** Both sides that a row is tried on: the database itself, and a gateway before it with the corpus' policy. */
import type { Agent } from '../agent.ts';
import { PolicyGround, type PolicyGateway, type Verdict } from '../ground.ts';
import type { Needle } from '../../secrets/needles.ts';
import { faultsOf, whatLeaks } from './judge.ts';
import { MASKING } from './policies.ts';
import type { Row } from './row.ts';
import { ask, type Variant, variantsOf } from './variants.ts';

export class Sides implements AsyncDisposable {
  readonly ground: PolicyGround;
  readonly #gateway: PolicyGateway;
  readonly #needles: readonly Needle[];
  readonly #agents = new Map<Verdict | 'direct', Agent>();

  private constructor(ground: PolicyGround, gateway: PolicyGateway, needles: readonly Needle[]) {
    this.ground = ground;
    this.#gateway = gateway;
    this.#needles = needles;
  }

  static async open(schema: string, needles: readonly Needle[]): Promise<Sides> {
    const ground = await PolicyGround.open(schema);
    try {
      return new Sides(ground, await ground.gateway('masking', MASKING), needles);
    } catch (error) {
      await ground[Symbol.asyncDispose]();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.ground[Symbol.asyncDispose]();
  }

  /** Tries a row in all ways; says what is wrong by the way it was asked. */
  async try(row: Row): Promise<Record<string, string[]>> {
    const faults: Record<string, string[]> = {};
    for (const variant of variantsOf(row)) {
      const found = await this.#try(row, variant);
      if (found.length > 0) faults[variant.name] = [...new Set(found)];
    }
    if (Object.keys(faults).length > 0) await this.#begin();
    return faults;
  }

  async #try(row: Row, variant: Variant): Promise<string[]> {
    const folder = this.ground.stage.server.socketFolder;
    const direct = await ask(await this.#agent('direct'), row, variant, folder);
    const heard = await ask(
      await this.#agent(row.verdict === 'approved' ? 'approve' : 'reject'),
      row,
      variant,
      folder,
    );
    // A row that tells nothing direct could not fail.
    const leaks = whatLeaks(row, direct, variant, this.#needles);
    const isClean = row.verdict === 'allowed' && !row.columns.includes('#') && !row.tells;
    const proof =
      isClean === (leaks.length === 0) ? [] : [`direct, it tells ${leaks.join(', ') || 'nothing'}`];
    return [...proof, ...faultsOf(row, variant, direct, heard, this.#needles)];
  }

  async #agent(which: Verdict | 'direct'): Promise<Agent> {
    const open = this.#agents.get(which);
    if (open !== undefined) return open;
    const agent =
      which === 'direct' ? await this.ground.direct() : await this.#gateway.connect('agent', which);
    this.#agents.set(which, agent);
    return agent;
  }

  /** Sessions anew: what went wrong in one row is not to show in the next. */
  async #begin(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.end()));
  }
}
