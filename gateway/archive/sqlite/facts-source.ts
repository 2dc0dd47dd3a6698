/** What the archive must know of a statement's text; gateway/postgres/facts.ts finds it out, passed in because archives are a leaf. */
export interface TextFacts {
  /** This SQL statement's own text. */
  readonly text: string;
  /** SELECT, INSERT, CREATE TABLE, …; empty when the text does not parse. */
  readonly verb: string;
  /** Relations as written: schema.table, or table. */
  readonly tables: readonly string[];
  /** The text without its literals. */
  readonly fingerprintText: string;
}

/** One entry for each SQL statement of the text, in order; at least one. */
export type FactsOf = (text: string) => readonly TextFacts[];
