/** `auditorium policy privileges`: the statements by which the database itself would protect what a policy masks. */
import { readConfig, type ConnectionConfig } from '../../gateway/config.ts';
import type { Policy } from '../../gateway/policy/compile.ts';
import { readPolicy } from '../../gateway/policy/reading.ts';
import { privilegesOf, type Privileges } from '../../gateway/privileges.ts';
import { CommandError } from '../failure.ts';
import { note, print, printJson } from '../terminal.ts';

export interface PrivilegesOptions {
  readonly policy: string;
  /** The gateway's configuration: where its databases are. */
  readonly config: string;
  /** One of its connections by name; undefined: all. */
  readonly connection?: string | undefined;
  readonly json: boolean;
}

/** Prints SQL, its reasons as comments, for each database. */
export async function policyPrivileges(options: PrivilegesOptions): Promise<void> {
  const policy = await readPolicy(options.policy);
  const { connections } = await readConfig(options.config, process.env);
  const meant = connections.filter(
    ({ name }) => options.connection === undefined || name === options.connection,
  );
  if (meant.length === 0) {
    throw new CommandError('BAD_USAGE', `${options.config} has no connection ${options.connection ?? ''}`);
  }
  for (const connection of meant) {
    const privileges = await asked(connection, policy);
    if (options.json) printJson({ connection: connection.name, ...privileges });
    else printSql(connection, privileges);
  }
}

async function asked(connection: ConnectionConfig, policy: Policy): Promise<Privileges> {
  try {
    return await privilegesOf(connection, policy);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('DATABASE_FAILED', `connection ${connection.name}: ${why}`, { cause });
  }
}

function printSql({ name, database, user }: ConnectionConfig, { assurance, changes }: Privileges): void {
  print(comment(`connection ${name}: database ${database}, logged in as ${user}`));
  const columns = assurance.filter(({ level }) => level !== 'detector');
  const already = columns.filter(({ level }) => level === 'database');
  if (columns.length === 0) print(comment('the policy masks none of its columns'));
  for (const { column, rule } of already) print(comment(`${column} (${rule}): the database protects it`));
  for (const change of changes.filter(({ sql }) => sql.length === 0)) {
    print(reasonOf(change));
    for (const line of change.advice) print(comment(line));
  }
  const statements = changes.filter(({ sql }) => sql.length > 0);
  if (statements.length === 0) return;
  print('BEGIN;');
  for (const change of statements) {
    print(reasonOf(change));
    for (const statement of change.sql) print(statement);
  }
  print('COMMIT;');
  note('whoever selects * from these tables will be refused from then on: only named columns can be read');
}

const reasonOf = ({ columns, reason }: Privileges['changes'][number]) =>
  comment(`${columns.join(', ')}: ${reason}`);

/** On one line, whatever a name holds. */
function comment(text: string): string {
  return `-- ${text.replaceAll(/[\r\n]+/g, ' ')}`;
}
