/** The catalog of one agent session, and whether it still holds. */
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import type { RestsOn } from '../lineage/lineage.ts';
import { assuranceOf, type ColumnAssurance } from './assurance.ts';
import type { Backend } from './backend.ts';
import type { Catalog } from './catalog.ts';
import { askRows, CatalogError } from './catalog-error.ts';
import { printAll } from './definitions.ts';
import type { SourcesOf } from './masked-columns.ts';
import type { SessionView } from './session-view.ts';
import type { SharedCatalog } from './shared-catalogs.ts';
import { SESSION } from './structure-questions.ts';
import { Structure } from './structure.ts';
import { compare, involved, observe } from './verification.ts';
import { sideEffects } from './side-effects.ts';

export class CatalogSession {
  readonly #shared: SharedCatalog;
  #view: SessionView | null = null;
  /** Loaded within the agent's transaction, which may have changed things that nobody else sees yet. */
  #apart: { readonly structure: Structure; readonly epoch: number } | null = null;
  #seen: Structure | null = null;

  constructor(shared: SharedCatalog) {
    this.#shared = shared;
  }

  /** As far as it was loaded and nothing is known to have changed since; null: {@link refresh} it, or take names as unresolved. */
  get catalog(): Catalog | null {
    if (this.#apart === null) return this.#seen === this.#shared.known ? this.#view : null;
    return this.#apart.epoch === this.#shared.epoch ? this.#view : null;
  }

  /** Whether {@link refresh} would give the same catalog; false as well when it is time to look again. */
  get fresh(): boolean {
    return this.#apart === null && this.#shared.fresh && this.catalog !== null;
  }

  /**
   * To be called when search_path may have changed (SET, RESET, SET ROLE, DISCARD, a function that is not pure, ROLLBACK, a schema made,
   * dropped or granted) and when the session made, changed or dropped a temporary relation: there is no catalog until it is refreshed.
   */
  searchPathMayHaveChanged(): void {
    this.#view = null;
  }

  /**
   * The catalog as it is now: search path and temporary relations by one question, the rest by some three more where no session has
   * loaded it lately. Within a transaction what is known is taken unless it was dropped; what is loaded there stays this session's,
   * and new views have no definition there. Rejects with {@link CatalogError}, or when the session ends.
   */
  async refresh(backend: Backend): Promise<Catalog> {
    this.#view = null;
    const rows = await askRows(backend, SESSION);
    const [, path, system] = rows.find(([kind]) => kind === 'path') ?? [];
    if (typeof path !== 'string' || typeof system !== 'string')
      throw new CatalogError('UNREADABLE', 'no search path came');
    const temporary = new Structure();
    for (const row of rows) if (row[0] === 'relation') temporary.add(row);
    await printAll(temporary, backend);
    const layers = {
      temporary,
      system: await this.#shared.system(system, backend),
      own: await this.#own(backend),
    };
    this.#seen = layers.own;
    this.#view = this.#shared.view(layers, JSON.parse(path) as readonly string[]);
    return this.#view;
  }

  /**
   * Whether everything is still as {@link catalog} has it, by which `restsOn` must have been found: when that was loaded anew, it must be found
   * anew. One question, right before what rests on it is sent. Names mean the same
   * relations, these and all they are made of are unchanged, and so are the database's own functions, operators and casts by these
   * names. If not, the catalog is dropped, for all sessions. False too without a catalog, and within a transaction that sees the
   * database as it was before (REPEATABLE READ, SERIALIZABLE): names are looked up in what is, so nobody can tell. Rejects as
   * {@link refresh} does.
   */
  async verify(restsOn: RestsOn, backend: Backend): Promise<boolean> {
    const view = this.catalog === null ? null : this.#view;
    if (view === null) return false;
    const observed = await observe(restsOn, view, backend);
    if (observed.frozen && backend.inTransaction) return false;
    if (compare(observed, restsOn, view)) return true;
    this.#view = null;
    this.#apart = null;
    this.#shared.drop();
    return false;
  }

  /**
   * A text that changes when anything of what is rested on changes, or a body of the database's own functions by these names: to be part of
   * what is approved. The same for the same things, whatever session asks. Rejects as {@link refresh} does.
   */
  async versions(restsOn: RestsOn, backend: Backend): Promise<string> {
    const view = this.catalog === null ? null : this.#view;
    if (view === null) throw new CatalogError('BUSY', 'there is no catalog');
    const { frozen: _, ...observed } = await observe(restsOn, view, backend);
    return JSON.stringify({ ...observed, beside: await sideEffects(involved(restsOn, view), backend) });
  }

  /**
   * Who protects each column that these rules mask: for the `assurance` event of the session. Asked once for a connection and its rules, by
   * one question; whoever logs in as its user has the same privileges. Rejects as {@link refresh} does.
   */
  async assurance(
    masks: readonly MaskRule[],
    sourcesOf: SourcesOf,
    backend: Backend,
  ): Promise<readonly ColumnAssurance[]> {
    const catalog = this.catalog ?? (await this.refresh(backend));
    return this.#shared.assurance(JSON.stringify(masks), () =>
      assuranceOf(masks, catalog, sourcesOf, backend),
    );
  }

  async #own(backend: Backend): Promise<Structure> {
    if (!backend.inTransaction) {
      this.#apart = null;
      return this.#shared.load(backend);
    }
    const { epoch, known } = this.#shared;
    if (this.#apart === null && known !== null) return known;
    if (this.#apart?.epoch !== epoch) {
      this.#apart = { structure: await this.#shared.loadApart(backend), epoch };
    }
    return this.#apart.structure;
  }
}
