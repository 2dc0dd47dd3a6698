/** Catalogs of databases, shared by the sessions of a worker. */
import type { ColumnAssurance } from './assurance.ts';
import type { Backend } from './backend.ts';
import { CatalogSession } from './catalog-session.ts';
import { Definitions } from './definitions.ts';
import { loadOwn, loadSystem } from './load.ts';
import { SessionView, type Layers } from './session-view.ts';
import type { Structure } from './structure.ts';

/** How long a catalog is taken for true. What masking rests on is verified each time; this bounds how long the rest is behind. */
const LIFETIME_MS = 60_000;

/** Views of one catalog that are kept, one a search path: agents of a connection mostly have the same. */
const MAX_VIEWS = 16;

/** Policies have few rules that hold for some sessions and not for others. */
const MAX_ASSURANCES = 64;

export interface SharedCatalogsOptions {
  /** A clock that never goes back, ms. */
  readonly now: () => number;
}

/** One for each worker. */
export class SharedCatalogs {
  readonly #now: () => number;
  readonly #connections = new Map<string, SharedCatalog>();
  #generation = 0;

  constructor({ now }: SharedCatalogsOptions) {
    this.#now = now;
  }

  /** For one session of a connection (its name in the configuration: one database, one user). */
  session(connection: string): CatalogSession {
    return new CatalogSession(this.#of(connection));
  }

  /**
   * To be called when DDL of any session of the connection has ended, and again when its transaction has. Temporary relations are the
   * session's own affair: see `searchPathMayHaveChanged`.
   */
  invalidate(connection: string): void {
    this.#connections.get(connection)?.drop();
  }

  close(): void {
    this.#connections.clear();
  }

  #of(connection: string): SharedCatalog {
    const known = this.#connections.get(connection);
    if (known !== undefined) return known;
    const made = new SharedCatalog(this.#now, () => ++this.#generation);
    this.#connections.set(connection, made);
    return made;
  }
}

/** The catalog of one connection. */
export class SharedCatalog {
  readonly #now: () => number;
  readonly #nextGeneration: () => number;
  readonly #definitions = new Definitions();
  readonly #assurances = new Map<
    string,
    { readonly until: number; readonly found: readonly ColumnAssurance[] }
  >();
  #system: { readonly key: string; readonly loading: Promise<Structure> } | null = null;
  #own: Structure | null = null;
  #views: { readonly key: string; readonly view: SessionView }[] = [];
  #until = 0;
  #epoch = 0;
  #loading: Promise<Structure> | null = null;

  constructor(now: () => number, nextGeneration: () => number) {
    this.#now = now;
    this.#nextGeneration = nextGeneration;
  }

  /** Counts how often it was dropped. */
  get epoch(): number {
    return this.#epoch;
  }

  /** What is known of the database, however old; null when it was dropped. */
  get known(): Structure | null {
    return this.#own;
  }

  /** Whether what is known need not be loaded again. */
  get fresh(): boolean {
    return this.#own !== null && this.#now() < this.#until;
  }

  /** It was found to be, or may be, no longer true. */
  drop(): void {
    this.#own = null;
    this.#views = [];
    this.#loading = null;
    this.#assurances.clear();
    this.#epoch++;
  }

  /** PostgreSQL's own relations, loaded once for each `key`: see `SESSION` in structure-questions.ts. */
  async system(key: string, backend: Backend): Promise<Structure> {
    const known = this.#system;
    if (known?.key === key) {
      const structure = await known.loading.catch(() => null);
      if (structure !== null) return structure;
    }
    const loading = loadSystem(backend);
    this.#system = { key, loading };
    return loading;
  }

  /** What is known, loaded over this backend where it must be; sessions that ask meanwhile wait for the same. Throws CatalogError. */
  async load(backend: Backend): Promise<Structure> {
    for (;;) {
      if (this.#own !== null && this.fresh) return this.#own;
      if (this.#loading === null) return await this.#lead(backend);
      // Whoever leads may fail of its own session's end: then this one tries itself.
      await this.#loading.catch(() => null);
    }
  }

  /** For one session alone, within whose transaction the catalog may be another than for all. Throws CatalogError. */
  async loadApart(backend: Backend): Promise<Structure> {
    const own = await loadOwn(backend);
    await this.#definitions.load(own, backend);
    return own;
  }

  /** What a session sees by a search path; the same object for the same things. */
  view(layers: Layers, searchPath: readonly string[]): SessionView {
    const { own, system, temporary } = layers;
    const key = JSON.stringify([searchPath, own.state, system.state, temporary.state]);
    const known = this.#views.find((each) => each.key === key);
    if (known !== undefined) return known.view;
    const view = new SessionView(this.#nextGeneration(), searchPath, layers);
    this.#views = [{ key, view }, ...this.#views.slice(0, MAX_VIEWS - 1)];
    return view;
  }

  /** What was found out about the privileges of the connection's user, taken for true as long as a catalog. */
  async assurance(
    key: string,
    find: () => Promise<readonly ColumnAssurance[]>,
  ): Promise<readonly ColumnAssurance[]> {
    const known = this.#assurances.get(key);
    if (known !== undefined && this.#now() < known.until) return known.found;
    const found = await find();
    if (this.#assurances.size >= MAX_ASSURANCES) this.#assurances.clear();
    this.#assurances.set(key, { until: this.#now() + LIFETIME_MS, found });
    return found;
  }

  async #lead(backend: Backend): Promise<Structure> {
    const epoch = this.#epoch;
    const loading = this.loadApart(backend);
    this.#loading = loading;
    try {
      const own = await loading;
      if (epoch !== this.#epoch) return own;
      // The same as before: what was read from it, and who keyed caches by its generation, go on.
      if (this.#own?.state !== own.state) {
        this.#own = own;
        this.#views = [];
      }
      this.#until = this.#now() + LIFETIME_MS;
      return this.#own ?? own;
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
  }
}
