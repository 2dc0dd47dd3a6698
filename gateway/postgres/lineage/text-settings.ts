/** Settings that a value may have been put into. */

/** Settings that hold any text one likes, so that a value may have been put there. */
const TEXT_SETTINGS =
  /\.|^(all|application_name|search_path|role|session_authorization|timezone|log_timezone|datestyle|default_tablespace|temp_tablespaces|default_text_search_config|default_table_access_method|local_preload_libraries|session_preload_libraries|dynamic_library_path|lc_\w+|createrole_self_grant|restrict_nonsystem_relation_kind|backtrace_functions|log_connections|synchronous_standby_names|\w*_command|\w*path\w*|\w*prefix\w*)$/i;

/** Whether SHOW of it, or current_setting, may give anything. */
export function isTextSetting(name: string): boolean {
  return TEXT_SETTINGS.test(name);
}
