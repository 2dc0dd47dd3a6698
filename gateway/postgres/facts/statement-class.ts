/** What kind of thing a statement does. */
import type { StatementClass } from '../../../shared/policy/facts.ts';
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, textOf } from './tree.ts';

const CLASSES: Readonly<Record<string, StatementClass>> = {
  InsertStmt: 'write',
  UpdateStmt: 'write',
  DeleteStmt: 'write',
  MergeStmt: 'write',
  TruncateStmt: 'write',
  FetchStmt: 'read',
  VariableShowStmt: 'read',
  GrantStmt: 'privilege',
  GrantRoleStmt: 'privilege',
  CreateRoleStmt: 'privilege',
  AlterRoleStmt: 'privilege',
  AlterRoleSetStmt: 'privilege',
  DropRoleStmt: 'privilege',
  AlterDefaultPrivilegesStmt: 'privilege',
  AlterOwnerStmt: 'privilege',
  ReassignOwnedStmt: 'privilege',
  DropOwnedStmt: 'privilege',
  CreatePolicyStmt: 'privilege',
  AlterPolicyStmt: 'privilege',
  VariableSetStmt: 'session',
  ConstraintsSetStmt: 'session',
  DiscardStmt: 'session',
  ListenStmt: 'session',
  UnlistenStmt: 'session',
  NotifyStmt: 'session',
  PrepareStmt: 'session',
  DeallocateStmt: 'session',
  DeclareCursorStmt: 'session',
  ClosePortalStmt: 'session',
  LockStmt: 'session',
  TransactionStmt: 'transaction',
  DoStmt: 'procedure',
  CallStmt: 'procedure',
  VacuumStmt: 'maintenance',
  ReindexStmt: 'maintenance',
  ClusterStmt: 'maintenance',
  CheckPointStmt: 'maintenance',
  LoadStmt: 'maintenance',
  AlterSystemStmt: 'maintenance',
  ExecuteStmt: 'other',
};

/** Every other statement of these words is about a schema. */
const SCHEMA =
  /^(Create|Alter|Drop|Comment|Rename|Index|View|Rule|Define|RefreshMatView|SecLabel|ImportForeign|Composite)/;

const MODIFYING = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

const OWNER_CHANGES = /RowSecurity|ChangeOwner/;

/** Of a statement such as `{ SelectStmt: … }`; of EXECUTE and EXPLAIN ANALYZE nobody asks here, but of what they run. */
export function classOf(statement: TreeNode): StatementClass {
  const [kind, node] = kindOf(statement);
  switch (kind) {
    case 'SelectStmt':
      if (nodeOf(node, 'intoClause') !== null) return 'schema';
      return modifies(node) ? 'write' : 'read';
    case 'CopyStmt':
      return node['is_from'] === true || modifies(kindOf(nodeOf(node, 'query'))[1]) ? 'write' : 'read';
    case 'ExplainStmt':
      return 'read';
    case 'DropStmt':
      return node['removeType'] === 'OBJECT_POLICY' ? 'privilege' : 'schema';
    case 'RenameStmt':
      return node['renameType'] === 'OBJECT_ROLE' || node['renameType'] === 'OBJECT_POLICY'
        ? 'privilege'
        : 'schema';
    case 'AlterTableStmt':
      return listOf(node, 'cmds').some((cmd) =>
        OWNER_CHANGES.test(textOf(nodeOf(cmd, 'AlterTableCmd'), 'subtype') ?? ''),
      )
        ? 'privilege'
        : 'schema';
    default:
      return CLASSES[kind] ?? (SCHEMA.test(kind) ? 'schema' : 'other');
  }
}

/** Rows are changed within WITH, where alone PostgreSQL allows it. */
function modifies(select: TreeNode): boolean {
  return listOf(nodeOf(select, 'withClause'), 'ctes').some((item) => {
    const [kind] = kindOf(nodeOf(nodeOf(item, 'CommonTableExpr'), 'ctequery'));
    return MODIFYING.has(kind);
  });
}
