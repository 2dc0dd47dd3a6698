/** The statements of one session that a filter lets pass, page by page, in the order in which they were sent. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import type { Filter } from '../../shared/filter/filter.ts';

export class MatchingRows {
  readonly #archive: Pick<ArchiveReader, 'statements'>;
  readonly #session: SessionId;
  readonly #filter: Filter;
  #page: StatementRow[] = [];
  #next: string | null | undefined;

  constructor(archive: Pick<ArchiveReader, 'statements'>, session: SessionId, filter: Filter) {
    this.#archive = archive;
    this.#session = session;
    this.#filter = filter;
  }

  /** Takes those whose intent is at `sequence`; what was before it and not asked for is passed over. */
  async at(sequence: number): Promise<StatementRow[]> {
    const found: StatementRow[] = [];
    for (;;) {
      const row = this.#page[0] ?? (await this.#load());
      if (row === undefined || row.sequence > sequence) return found;
      this.#page.shift();
      if (row.sequence === sequence) found.push(row);
    }
  }

  async #load(): Promise<StatementRow | undefined> {
    while (this.#page.length === 0 && this.#next !== null) {
      const page = await this.#archive.statements({
        filter: this.#filter,
        session: this.#session,
        after: this.#next,
        limit: MAX_LIMIT,
      });
      this.#page = page.items;
      this.#next = page.next;
    }
    return this.#page[0];
  }
}
