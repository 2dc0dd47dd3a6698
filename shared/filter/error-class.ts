/** Errors as a filter may name them: SQLSTATEs, globs of them, and classes (PostgreSQL manual, appendix A). */

/** Classes of SQLSTATEs by their two characters. */
const ERROR_CLASSES: Readonly<Record<string, string>> = {
  '00': 'successful_completion',
  '01': 'warning',
  '02': 'no_data',
  '03': 'sql_statement_not_yet_complete',
  '08': 'connection_exception',
  '09': 'triggered_action_exception',
  '0A': 'feature_not_supported',
  '0B': 'invalid_transaction_initiation',
  '0F': 'locator_exception',
  '0L': 'invalid_grantor',
  '0P': 'invalid_role_specification',
  '0Z': 'diagnostics_exception',
  '10': 'xquery_error',
  '20': 'case_not_found',
  '21': 'cardinality_violation',
  '22': 'data_exception',
  '23': 'integrity_constraint_violation',
  '24': 'invalid_cursor_state',
  '25': 'invalid_transaction_state',
  '26': 'invalid_sql_statement_name',
  '27': 'triggered_data_change_violation',
  '28': 'invalid_authorization_specification',
  '2B': 'dependent_privilege_descriptors_still_exist',
  '2D': 'invalid_transaction_termination',
  '2F': 'sql_routine_exception',
  '34': 'invalid_cursor_name',
  '38': 'external_routine_exception',
  '39': 'external_routine_invocation_exception',
  '3B': 'savepoint_exception',
  '3D': 'invalid_catalog_name',
  '3F': 'invalid_schema_name',
  '40': 'transaction_rollback',
  '42': 'syntax_error_or_access_rule_violation',
  '44': 'with_check_option_violation',
  '53': 'insufficient_resources',
  '54': 'program_limit_exceeded',
  '55': 'object_not_in_prerequisite_state',
  '57': 'operator_intervention',
  '58': 'system_error',
  '72': 'snapshot_failure',
  F0: 'config_file_error',
  HV: 'fdw_error',
  P0: 'plpgsql_error',
  XX: 'internal_error',
};

/** Classes for completion: those that agents meet most, then all. */
export const ERROR_CLASS_NAMES: readonly string[] = [
  ...new Set([
    'integrity_constraint_violation',
    'syntax_error_or_access_rule_violation',
    'data_exception',
    'transaction_rollback',
    'operator_intervention',
    'insufficient_resources',
    'invalid_authorization_specification',
    ...Object.values(ERROR_CLASSES),
  ]),
];

/** The glob of SQLSTATEs that a value of `error:` means: `42P01`, `23*`, `23` or a class's name; null when it means none. */
export function errorPattern(value: string): string | null {
  if (/^[0-9A-Z]{5}$/i.test(value) || /^(?=[0-9A-Z*]{1,5}$).*\*/i.test(value)) return value;
  if (/^[0-9A-Z]{2}$/i.test(value)) return `${value}*`;
  const name = value.toLowerCase().replaceAll(/[\s-]/g, '_');
  const known = Object.entries(ERROR_CLASSES).find(([, word]) => word === name);
  return known === undefined ? null : `${known[0]}*`;
}
