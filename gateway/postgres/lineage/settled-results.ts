/**
 * Functions of PostgreSQL that do more than compute, but whose result tells nothing beyond their arguments: numbers of sequences, locks,
 * sizes, privileges, names. Programs ask for these all the time.
 */
import type { TreeNode } from '../fact-verb.ts';
import { listOf, nodeOf, textOf } from '../facts/tree.ts';
import { isTextSetting } from './text-settings.ts';

const SETTLED = new RegExp(
  `^(${[
    'nextval|currval|lastval|setval|pg_get_serial_sequence|pg_sequence_last_value',
    'pg_sleep(_for|_until)?|pg_(try_)?advisory_\\w+|pg_cancel_backend|pg_terminate_backend|pg_blocking_pids',
    'txid_\\w+|pg_current_xact_id\\w*|pg_current_snapshot|pg_is_in_recovery|pg_postmaster_start_time|pg_conf_load_time',
    'has_\\w+_privilege|pg_has_role|row_security_active|inet_(client|server)_(addr|port)',
    'pg_(total_)?relation_size|pg_table_size|pg_indexes_size|pg_database_size|pg_relation_filenode',
    'pg_get_viewdef|to_reg\\w+|pg_my_temp_schema|pg_is_other_temp_schema|set_config',
  ].join('|')})$`,
);

/** Whether a call of PostgreSQL's own function gives nothing but what its arguments and the server's own state tell. */
export function isSettled(name: string, call: TreeNode): boolean {
  return name === 'current_setting' ? isPlainSetting(call) : SETTLED.test(name);
}

/** A setting that the text names and that holds no text of one's choice. */
function isPlainSetting(call: TreeNode): boolean {
  const setting = textOf(nodeOf(nodeOf(listOf(call, 'args')[0], 'A_Const'), 'sval'), 'sval');
  return setting !== null && !isTextSetting(setting);
}
