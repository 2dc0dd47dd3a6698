/**
 * What a policy is decided on: what a text asks the server to do, as PostgreSQL's own parser reads it and as far as names can
 * be looked up. Holds names only, never a value of the text.
 */

/** What kind of thing a statement does; each statement has one. */
export const STATEMENT_CLASSES = [
  'read', // SELECT, VALUES, TABLE, COPY TO, FETCH, EXPLAIN without ANALYZE, SHOW
  'write', // INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM, and what runs them within WITH or EXPLAIN ANALYZE
  'schema', // CREATE, ALTER, DROP, COMMENT, SELECT INTO, CREATE TABLE AS, REFRESH
  'privilege', // GRANT, REVOKE, roles, default privileges, owners, row security policies
  'session', // SET, RESET, DISCARD, LISTEN, NOTIFY, PREPARE, DEALLOCATE, DECLARE, CLOSE, LOCK
  'transaction', // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, PREPARE TRANSACTION
  'procedure', // DO, CALL
  'maintenance', // VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, LOAD, ALTER SYSTEM
  'other',
] as const;
export type StatementClass = (typeof STATEMENT_CLASSES)[number];

/** A relation that a statement uses, directly or through views. */
export interface TableFact {
  /** `schema.name` when resolved, else as written. */
  readonly name: string;
  /** Found in the database's catalog by the session's search_path. */
  readonly resolved: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Views and functions through which it is reached, the one that the text names first; empty when the text names it. */
  readonly via: readonly string[];
}

/** A function or procedure that a statement calls, directly or through views. */
export interface FunctionFact {
  /** `schema.name` when resolved, else as written. */
  readonly name: string;
  /**
   * `pure`: of PostgreSQL itself, and does nothing but compute its result from its arguments and the session's settings;
   * `known`: of PostgreSQL, and does more (set_config, pg_read_file, query_to_xml, nextval …); `read`: the database's own, written in SQL,
   * its body was looked up and its tables are among the statement's; `opaque`: nobody can see what it does.
   */
  readonly kind: 'pure' | 'known' | 'read' | 'opaque';
}

/** What stands out of a statement beside its verb and names. */
export const FEATURES = [
  'missing where', // UPDATE or DELETE of every row: no WHERE, or one that is always true
  'copy program', // COPY … PROGRAM
  'copy file', // COPY to or from a file of the server
  'into', // makes a relation of a query's rows: SELECT INTO, CREATE TABLE AS, CREATE [MATERIALIZED] VIEW
  'opaque', // runs code that nobody can see: DO, CALL, an opaque function, EXECUTE of an unknown name
  'secret catalog', // reads a catalog that holds passwords or keys (pg_authid, pg_shadow, pg_user_mapping …)
  'always true', // WHERE that is a constant
  'explain analyze', // EXPLAIN that runs what it explains
] as const;
export type Feature = (typeof FEATURES)[number];

/** The facts of one SQL statement. */
export interface SqlFacts {
  /** The command in upper case, `DROP TABLE`; of EXECUTE and EXPLAIN ANALYZE what they run. '' when it was not parsed. */
  readonly verb: string;
  readonly class: StatementClass;
  readonly tables: readonly TableFact[];
  /** Columns read or written, `schema.table.column`; `schema.table.*` where all or unknown ones are. */
  readonly columns: readonly string[];
  readonly functions: readonly FunctionFact[];
  readonly features: readonly Feature[];
}

/** The facts of a text: one Query, or the text of one prepared statement. */
export interface TextFacts {
  /** In the order of the text; empty for an empty text. */
  readonly statements: readonly SqlFacts[];
  /** Why the text could not be read; null when it could. Then `statements` is empty. */
  readonly unparsed: string | null;
  /** Every name was found in the catalog of the session's database, by its search_path as it is now. */
  readonly resolved: boolean;
}
