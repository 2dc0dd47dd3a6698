/** Where the values of a statement come from and go to. */

/** A column of a base table (views are followed to what they are made of); number 0: the whole row. */
export interface ColumnRef {
  /** OID of the relation. */
  readonly relation: number;
  /** pg_attribute.attnum. */
  readonly column: number;
}

/** What a value may depend on; `unknown`: on anything. An empty list: on no column at all. */
export type Sources = readonly ColumnRef[] | 'unknown';

/** A constant or parameter of the text that is compared or mixed with, or written to, a column. Neither: all constants of the text. */
export interface ValueUse {
  /** Index into {@link ReadText.literals} from 0, or a parameter's number (`$n`) from 1. */
  readonly literal?: number;
  readonly parameter?: number;
  /** `unknown`: it may be any. */
  readonly column: ColumnRef | 'unknown';
}

/** Values that a statement writes to where they can be read again. */
export interface Flow {
  readonly from: Sources;
  /** The column written to; `new`: a relation that the statement makes; `elsewhere`: a file, a channel, a setting, a large object. */
  readonly to: ColumnRef | 'new' | 'elsewhere';
}

/** The lineage of one SQL statement. */
export interface Lineage {
  /** Of each column of its result, by position; null: nobody knows which columns it has, or it returns none. */
  readonly outputs: readonly Sources[] | null;
  readonly flows: readonly Flow[];
  readonly uses: readonly ValueUse[];
  /**
   * Nothing but pure functions of PostgreSQL runs in it, so that what the server says of names and syntax (SQLSTATE class 42) cannot hold
   * a value of a column.
   */
  readonly closed: boolean;
  /** As `closed`, but for what changing rows runs beside: triggers, defaults, constraints. */
  readonly pure: boolean;
  /** Of COPY … TO STDOUT: how its rows are laid out, one column for each of `outputs`; null for all else. */
  readonly copy: CopyLayout | null;
  /** Relations (views included), and names of functions and operators, that this rests on: it holds as long as they are the same. */
  readonly restsOn: RestsOn;
}

export interface RestsOn {
  /** OIDs. */
  readonly relations: readonly number[];
  /** Names as they were looked up: `name` or `schema.name`, with what they were found to be (0: nothing). */
  readonly names: readonly { readonly name: string; readonly relation: number }[];
  /**
   * Names, without schema, of functions and operators (`::`: casts): the database must have the same ones of its own by that name as when
   * it was loaded, which for those of PostgreSQL mostly is none, with the same bodies.
   */
  readonly functions: readonly string[];
  readonly operators: readonly string[];
}

/** How COPY … TO STDOUT writes rows (manual, COPY; file formats). Characters are one byte each, as the server demands. */
export interface CopyLayout {
  readonly format: 'text' | 'csv' | 'binary';
  /** Null in place of all: nobody knows which columns it has. */
  readonly columns: readonly CopyColumn[] | null;
  readonly delimiter: string;
  /** How NULL is written. */
  readonly null: string;
  /** Of csv. */
  readonly quote: string;
  readonly escape: string;
  readonly header: boolean;
}

export interface CopyColumn {
  readonly name: string | null;
  /** OID of its type; null: unknown. */
  readonly type: number | null;
}
