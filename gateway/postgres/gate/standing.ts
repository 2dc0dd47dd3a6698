/** The policy that a session is under now, and the masking that follows from it and from the catalog. */
import type { Assurance } from '../../../shared/policy/mask-rule.ts';
import type { SessionPolicy } from '../../policy/session-policy.ts';
import type { Backend } from '../catalog/backend.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import { sourcesOf } from '../lineage/sources-of.ts';
import type { Exchange } from '../exchange.ts';
import type { Lane } from '../masked/lane.ts';
import type { Estimate } from './estimate.ts';
import { SensitiveValues } from './sensitive.ts';
import type { GateOptions } from './surroundings.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export class Standing {
  readonly #options: GateOptions;
  readonly #exchange: Exchange;
  #from: unknown = null;
  policy: SessionPolicy;
  lane: Lane | null = null;
  sensitive: SensitiveValues | null = null;
  /** Who protects each masked column, by its name. */
  #levels: ReadonlyMap<string, Assurance> = new Map();
  /** The catalog that the lane is made by. */
  #catalog: unknown = null;

  constructor(options: GateOptions, exchange: Exchange) {
    this.#options = options;
    this.#exchange = exchange;
    this.policy = this.#adopt();
  }

  get needsCatalog(): boolean {
    return this.policy.needsCatalog || this.policy.masks.some(({ columns }) => columns.length > 0);
  }

  /** Takes the policy that is in force now, on the record, where it is another. */
  renew(): void {
    if (this.#options.source.current !== this.#from) this.#adopt();
  }

  /** Asks who protects what is masked, on the record. Rejects where the backend cannot tell. */
  async assure(backend: Backend): Promise<void> {
    const { catalogs, session } = this.#options;
    const { masks } = this.policy;
    if (masks.length === 0) return;
    const found = await catalogs.assurance(masks, sourcesOf, backend);
    this.#levels = new Map(found.map(({ column, level }) => [column, level]));
    session.record('assurance', {
      columns: found.map(({ column }) => column),
      rules: found.map(({ rule }) => rule),
      levels: found.map(({ level }) => level),
      reasons: found.map(({ reason }) => reason),
    });
    this.#catalog = null;
    this.follow();
  }

  /** Makes the masking anew where the catalog is another. */
  follow(): void {
    const { catalogs, laneOf } = this.#options;
    const catalog = catalogs.catalog ?? NO_CATALOG;
    if (this.#catalog === catalog) return;
    this.#catalog = catalog;
    const { masks } = this.policy;
    this.lane = masks.length === 0 ? null : laneOf(this.policy, catalogs, this.#levels);
    this.#exchange.lane = this.lane;
    this.sensitive = this.lane === null ? null : new SensitiveValues(this.lane, masks);
  }

  verdict(
    resolved: ResolvedText,
    verified: boolean,
    { estimate, canEstimate }: { readonly estimate: Estimate | null; readonly canEstimate: boolean },
  ): Verdict {
    const now = this.#options.now();
    const circumstances = { now, estimatedRows: estimate?.rows ?? null, canEstimate };
    return verdictOf(resolved, verified, circumstances, this.policy, this.lane);
  }

  #adopt(): SessionPolicy {
    const { source, subject, session } = this.#options;
    this.#from = source.current;
    this.policy = source.current.forSession(subject);
    this.#catalog = null;
    const { hash, mode } = this.policy;
    session.record('policyApplied', { hash, mode });
    this.follow();
    return this.policy;
  }
}

const NO_CATALOG = Symbol('no catalog');
