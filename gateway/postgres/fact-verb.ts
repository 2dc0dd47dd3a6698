/** What a statement does, in the words of its command (PostgreSQL manual, part VI "SQL Commands"). */

/** A node of libpg-query's parse tree. */
export interface TreeNode {
  readonly [field: string]: unknown;
}

type Verb = string | ((node: TreeNode) => string);

/** Verbs that are not the name of their node in words. */
const VERBS: Readonly<Record<string, Verb>> = {
  SelectStmt: (node) => modifyingVerb(node) ?? (node['intoClause'] === undefined ? 'SELECT' : 'SELECT INTO'),
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  CopyStmt: (node) => (node['is_from'] === true ? 'COPY FROM' : 'COPY TO'),
  CreateStmt: 'CREATE TABLE',
  CreateTableAsStmt: (node) =>
    node['objtype'] === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS',
  CreateForeignTableStmt: 'CREATE FOREIGN TABLE',
  ViewStmt: 'CREATE VIEW',
  IndexStmt: 'CREATE INDEX',
  RuleStmt: 'CREATE RULE',
  CreateSeqStmt: 'CREATE SEQUENCE',
  CreateTrigStmt: 'CREATE TRIGGER',
  CreateEventTrigStmt: 'CREATE EVENT TRIGGER',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  CreateFunctionStmt: (node) => (node['is_procedure'] === true ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'),
  CreateRoleStmt: (node) => `CREATE ${words(node['stmt_type'], 'ROLESTMT_')}`,
  CreateEnumStmt: 'CREATE TYPE',
  CreateRangeStmt: 'CREATE TYPE',
  CompositeTypeStmt: 'CREATE TYPE',
  DefineStmt: (node) => `CREATE ${objectOf(node['kind'])}`,
  CreatePLangStmt: 'CREATE LANGUAGE',
  CreateOpClassStmt: 'CREATE OPERATOR CLASS',
  CreateOpFamilyStmt: 'CREATE OPERATOR FAMILY',
  CreateFdwStmt: 'CREATE FOREIGN DATA WRAPPER',
  CreateForeignServerStmt: 'CREATE SERVER',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  DropStmt: (node) => `DROP ${objectOf(node['removeType'])}`,
  AlterTableStmt: (node) => `ALTER ${objectOf(node['objtype'])}`,
  RenameStmt: (node) => `ALTER ${objectOf(ofRelation(node) ? node['relationType'] : node['renameType'])}`,
  AlterObjectSchemaStmt: (node) => `ALTER ${objectOf(node['objectType'])}`,
  AlterOwnerStmt: (node) => `ALTER ${objectOf(node['objectType'])}`,
  AlterSeqStmt: 'ALTER SEQUENCE',
  AlterObjectDependsStmt: (node) => `ALTER ${objectOf(node['objectType'])}`,
  AlterFdwStmt: 'ALTER FOREIGN DATA WRAPPER',
  AlterForeignServerStmt: 'ALTER SERVER',
  AlterTSConfigurationStmt: 'ALTER TEXT SEARCH CONFIGURATION',
  AlterTSDictionaryStmt: 'ALTER TEXT SEARCH DICTIONARY',
  AlterStatsStmt: 'ALTER STATISTICS',
  AlterEventTrigStmt: 'ALTER EVENT TRIGGER',
  AlterOpFamilyStmt: 'ALTER OPERATOR FAMILY',
  AlterTableMoveAllStmt: (node) => `ALTER ${objectOf(node['objtype'])}`,
  AlterTableSpaceOptionsStmt: 'ALTER TABLESPACE',
  AlterDatabaseRefreshCollStmt: 'ALTER DATABASE',
  AlterExtensionContentsStmt: 'ALTER EXTENSION',
  CreateAmStmt: 'CREATE ACCESS METHOD',
  CreateStatsStmt: 'CREATE STATISTICS',
  AlterEnumStmt: 'ALTER TYPE',
  AlterRoleSetStmt: 'ALTER ROLE',
  AlterDatabaseSetStmt: 'ALTER DATABASE',
  AlterDefaultPrivilegesStmt: 'ALTER DEFAULT PRIVILEGES',
  GrantStmt: (node) => (node['is_grant'] === true ? 'GRANT' : 'REVOKE'),
  GrantRoleStmt: (node) => (node['is_grant'] === true ? 'GRANT' : 'REVOKE'),
  TransactionStmt: (node) => transactionVerb(node['kind']),
  VariableSetStmt: (node) => (String(node['kind']).startsWith('VAR_RESET') ? 'RESET' : 'SET'),
  VariableShowStmt: 'SHOW',
  ConstraintsSetStmt: 'SET CONSTRAINTS',
  DeclareCursorStmt: 'DECLARE',
  FetchStmt: (node) => (node['ismove'] === true ? 'MOVE' : 'FETCH'),
  ClosePortalStmt: 'CLOSE',
  VacuumStmt: (node) => (node['is_vacuumcmd'] === true ? 'VACUUM' : 'ANALYZE'),
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  SecLabelStmt: 'SECURITY LABEL',
  CheckPointStmt: 'CHECKPOINT',
};

const TRANSACTION_VERBS: Readonly<Record<string, string>> = {
  START: 'START TRANSACTION',
  RELEASE: 'RELEASE SAVEPOINT',
  'ROLLBACK TO': 'ROLLBACK TO SAVEPOINT',
  PREPARE: 'PREPARE TRANSACTION',
};

const OBJECTS: Readonly<Record<string, string>> = {
  MATVIEW: 'MATERIALIZED VIEW',
  COLUMN: 'TABLE',
  ATTRIBUTE: 'TYPE',
  TABCONSTRAINT: 'TABLE',
  DOMCONSTRAINT: 'DOMAIN',
  FDW: 'FOREIGN DATA WRAPPER',
  'FOREIGN SERVER': 'SERVER',
  LARGEOBJECT: 'LARGE OBJECT',
  OPCLASS: 'OPERATOR CLASS',
  OPFAMILY: 'OPERATOR FAMILY',
  'STATISTIC EXT': 'STATISTICS',
  TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  TSPARSER: 'TEXT SEARCH PARSER',
  TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
};

/** Changes of data that may hide in WITH: such a SELECT is what it does, not what it looks like. */
const MODIFYING = ['DeleteStmt', 'UpdateStmt', 'InsertStmt', 'MergeStmt'] as const;

/** The verb of a statement, of which `statement` is the only field: `{ SelectStmt: … }`. */
export function verbOf(statement: TreeNode): string {
  const [kind] = Object.keys(statement);
  if (kind === undefined) return '';
  const verb = VERBS[kind];
  if (typeof verb === 'function') return verb(statement[kind] as TreeNode);
  return verb ?? spaced(kind.replace(/Stmt$/, ''));
}

function modifyingVerb(node: TreeNode): string | null {
  const { ctes } = (node['withClause'] ?? {}) as { readonly ctes?: readonly TreeNode[] };
  const queries = (ctes ?? []).map((item) => (item['CommonTableExpr'] as TreeNode)['ctequery'] as TreeNode);
  const kind = MODIFYING.find((modifying) => queries.some((query) => Object.hasOwn(query, modifying)));
  return kind === undefined ? null : verbOf({ [kind]: {} });
}

function transactionVerb(kind: unknown): string {
  const verb = words(kind, 'TRANS_STMT_');
  return TRANSACTION_VERBS[verb] ?? verb;
}

/** A column or attribute, of a relation of any kind; of all else the kind is its own. */
function ofRelation({ renameType }: TreeNode): boolean {
  return renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_ATTRIBUTE';
}

/** What an ObjectType names: `OBJECT_MATVIEW` is a MATERIALIZED VIEW, a column is changed by ALTER TABLE. */
function objectOf(type: unknown): string {
  const name = words(type, 'OBJECT_');
  return OBJECTS[name] ?? name;
}

/** `OBJECT_FOREIGN_TABLE` without its prefix, in words. */
function words(value: unknown, prefix: string): string {
  return typeof value === 'string' ? value.replace(prefix, '').replaceAll('_', ' ') : '';
}

/** `AlterExtension` as ALTER EXTENSION. */
function spaced(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
