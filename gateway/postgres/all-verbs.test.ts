import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { ALL_VERBS } from './all-verbs.ts';
import { verbOf } from './fact-verb.ts';

/** Statements that stand only within others, or that no text is. */
const INNER = new Set(['PLAssignStmt', 'RawStmt', 'ReplicaIdentityStmt', 'ReturnStmt', 'SetOperationStmt']);

/** Whose verb depends on more than their kind: by their objects below, or listed where these are few. */
const BY_OBJECT = ['AlterTableStmt', 'AlterOwnerStmt', 'AlterObjectSchemaStmt', 'AlterObjectDependsStmt'];
const OF_FIELDS = new Set([...BY_OBJECT, 'RenameStmt', 'DefineStmt', 'DropStmt', 'AlterTableMoveAllStmt']);
const OF_KINDS = new Set(['CreateRoleStmt', 'TransactionStmt']);

const types = readFileSync(createRequire(import.meta.url).resolve('@pgsql/types/types.d.ts'), 'utf8');
const kinds = [...new Set(types.match(/\b[A-Za-z]+Stmt(?=: )/g))];

test('the verb of every kind of statement is listed', () => {
  const told = kinds
    .filter((kind) => !INNER.has(kind) && !OF_FIELDS.has(kind) && !OF_KINDS.has(kind))
    .map((kind) => verbOf({ [kind]: {} }));
  expect(told.length).toBeGreaterThan(80);
  expect(told.filter((verb) => !ALL_VERBS.includes(verb))).toEqual([]);
});

test.each([
  [{ CreateRoleStmt: { stmt_type: 'ROLESTMT_USER' } }],
  [{ TransactionStmt: { kind: 'TRANS_STMT_ROLLBACK_TO' } }],
  [{ TransactionStmt: { kind: 'TRANS_STMT_COMMIT_PREPARED' } }],
  [{ DropStmt: { removeType: 'OBJECT_TSDICTIONARY' } }],
  [{ DropStmt: { removeType: 'OBJECT_FDW' } }],
  [{ DropStmt: { removeType: 'OBJECT_FOREIGN_SERVER' } }],
  [{ DropStmt: { removeType: 'OBJECT_STATISTIC_EXT' } }],
  [{ DefineStmt: { kind: 'OBJECT_TSPARSER' } }],
  [{ AlterOwnerStmt: { objectType: 'OBJECT_LARGEOBJECT' } }],
  [{ AlterTableStmt: { objtype: 'OBJECT_MATVIEW' } }],
  [{ RenameStmt: { renameType: 'OBJECT_OPCLASS' } }],
  [{ RenameStmt: { renameType: 'OBJECT_DOMCONSTRAINT' } }],
  [{ CopyStmt: { is_from: true } }],
])('the verb of %j is listed', (statement) => {
  expect(ALL_VERBS).toContain(verbOf(statement));
});

test('no verb is listed twice', () => {
  expect(new Set(ALL_VERBS).size).toBe(ALL_VERBS.length);
});
