/** Statements with secrets in them. */

/** The secrets of the statements, each told apart from the others by its name. */
export const SQL_SECRETS = {
  role: "r0le-it's-7Kd2mQ",
  unquoted: 'unquoted8Xw3',
  mapping: 'm4pping-9Zt5',
  connection: 'c0nnection-3Vb8',
  uri: 'ur1-6Hn4+/',
  dynamic: 'dyn4mic-2Lp9',
  setting: 's3tting-5Rc7',
  parameter: 'p4rameter-8Gf1',
  commented: 'c0mmented-4Sj6',
};

/** Statements that hold these secrets and the token `carried`, and have the server repeat them in errors, notices, rows and parameters. */
export function statements(carried: string): (string | [string, string[]])[] {
  const role = SQL_SECRETS.role.replaceAll("'", "''");
  return [
    `CREATE ROLE r PASSWORD '${role}'`,
    `ALTER ROLE r PASSWORD '${role}' oops`,
    `ALTER ROLE r PASSWORD E'${SQL_SECRETS.role.replaceAll("'", "\\'")}' VALID UNTIL 'never'`,
    `ALTER ROLE r PASSWORD ${SQL_SECRETS.unquoted}`,
    `ALTER ROLE r PASSWORD "${SQL_SECRETS.unquoted}"`,
    `SELECT 1; CREATE USER MAPPING FOR b SERVER far OPTIONS (user 'b', password '${SQL_SECRETS.mapping}')`,
    `ALTER USER MAPPING FOR b SERVER far OPTIONS (SET password '${SQL_SECRETS.mapping}', ADD nonsense '${SQL_SECRETS.mapping}')`,
    `SELECT dblink_connect('host=127.0.0.1 port=1 user=x password=${SQL_SECRETS.connection}')`,
    `SELECT dblink_connect('postgresql://x:${encodeURIComponent(SQL_SECRETS.uri)}@127.0.0.1:1/x')`,
    `CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 password=${SQL_SECRETS.connection}' PUBLICATION p`,
    `DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L oops', 'r', '${SQL_SECRETS.dynamic}'); END $$`,
    `DO $$ BEGIN RAISE NOTICE 'PASSWORD ''%''', '${SQL_SECRETS.dynamic}'; END $$`,
    `DO $$ BEGIN EXECUTE 'ALTER ROLE nobody PASSWORD ''${SQL_SECRETS.dynamic}'''; END $$`,
    `SELECT set_config('app.secret', '${SQL_SECRETS.setting}', false)`,
    `SET app.api_key = '${SQL_SECRETS.setting}'; SHOW app.api_key`,
    `ALTER SYSTEM SET primary_conninfo = 'host=h password=${SQL_SECRETS.connection}'`,
    `/* ALTER ROLE r PASSWORD '${SQL_SECRETS.commented}' */ SELECT 1 -- password=${SQL_SECRETS.commented}`,
    ['SELECT dblink_connect($1)', [`host=127.0.0.1 port=1 password=${SQL_SECRETS.parameter}`]],
    ["SELECT set_config('app.secret', $1, false)", [SQL_SECRETS.parameter]],
    `SELECT '${carried}' AS t`,
    ['SELECT $1::text', [carried]],
    `LISTEN heard; NOTIFY heard, '${carried}'`,
    `COPY (SELECT '${carried}') TO STDOUT`,
    `SET application_name = '${carried}'`,
    `SELECT '${carried}'::int`,
    "SELECT 1; SELECT 'plain'",
  ];
}
