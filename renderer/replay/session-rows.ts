/** The statements of a session as rows of a list of any length: fetched where one looks, and where the cursor is. */
import type { StatementRow } from '../../shared/api/session.ts';
import { RowWindow } from '../ui/list/row-window.ts';
import type { RowSource } from '../ui/list/row-source.ts';
import { idOfStatement } from './statement-number.ts';

/** A row, and how many stand before it. */
export interface PlacedRow {
  readonly row: StatementRow;
  readonly place: number;
}

/** Adds to a window of rows the place of one that is not in it: the list goes there, and so has it. */
export class SessionRows implements RowSource<StatementRow> {
  readonly window: RowWindow<StatementRow>;
  #placed: PlacedRow | null = null;

  constructor(fetch: ConstructorParameters<typeof RowWindow<StatementRow>>[0]['fetch']) {
    this.window = new RowWindow({ fetch, idOf: idOfStatement, grows: 'last' });
    this.subscribe = this.window.subscribe;
    this.version = this.window.version;
    this.rowAt = this.window.rowAt;
    this.hasAny = this.window.hasAny;
    this.want = this.window.want;
  }

  readonly subscribe: RowSource<StatementRow>['subscribe'];
  readonly version: RowSource<StatementRow>['version'];
  readonly rowAt: RowSource<StatementRow>['rowAt'];
  readonly hasAny: RowSource<StatementRow>['hasAny'];
  readonly want: RowSource<StatementRow>['want'];

  get count(): number {
    return this.window.count;
  }

  get jumps(): number {
    return this.window.jumps;
  }

  get top(): number {
    return this.window.top;
  }

  set top(top: number) {
    this.window.top = top;
  }

  /** Told of a row that somebody asked for by its number. */
  place(placed: PlacedRow): void {
    this.#placed = placed;
  }

  readonly placeOf = (id: string): number => {
    const known = this.window.placeOf(id);
    if (known >= 0 || this.#placed === null) return known;
    return idOfStatement(this.#placed.row) === id ? this.#placed.place : -1;
  };
}
