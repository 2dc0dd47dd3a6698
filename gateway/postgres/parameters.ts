/**
 * Which start-up parameters of an agent reach the server. The gateway writes the server's start-up packet itself, from a
 * list of what is harmless, because nothing there passes as a statement: no policy would see it.
 */
import type { PostgresError } from './wire/errors.ts';

/** A start-up parameter that is not let through. */
export class ParameterError extends Error {
  readonly postgres: PostgresError;
  constructor(postgres: PostgresError) {
    super(postgres.message);
    this.name = 'ParameterError';
    this.postgres = postgres;
  }
}

/**
 * Settings that shape output, time limits and plans: what drivers and tools set when they connect. `search_path` is here
 * because an agent may SET it anyway; what the gateway itself asks the server must name its schemas.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'application_name',
  'bytea_output',
  'client_min_messages',
  'datestyle',
  'default_transaction_deferrable',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'extra_float_digits',
  'geqo',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'intervalstyle',
  'jit',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'lock_timeout',
  'max_parallel_workers_per_gather',
  'plan_cache_mode',
  'search_path',
  'statement_timeout',
  'synchronous_commit',
  'timezone',
  'transaction_timeout',
  'work_mem',
  'xmloption',
]);

/** Switches of the planner, `enable_seqscan` and its kin. */
const PLANNER_SWITCH = /^enable_[a-z_]+$/;

/** Settings that the connection fixes or that change what statements mean; refused even with harmless values. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'role',
  'session_authorization',
  'session_replication_role',
  'row_security',
  'standard_conforming_strings',
]);

/** Parameters that the gateway reads itself: who the agent says it is, what it wants to reach, and `options`. */
const OWN: ReadonlySet<string> = new Set(['user', 'database', 'options', 'replication']);

/** The setting in which an agent says which CI job it is; it means nothing to a server. */
const JOB = 'auditorium.job';

/** PostgreSQL compares encoding names by their letters and digits. SQL_ASCII means that the client named none. */
const UTF8_SPELLINGS: ReadonlySet<string> = new Set(['utf8', 'unicode', 'sqlascii']);

/**
 * The settings for the server's start-up packet, by lower-case name, from an agent's start-up parameters; `options` is
 * taken apart, and a parameter of its own wins over one in `options`, as in PostgreSQL. Without `client_encoding`, which
 * is always UTF8. Throws {@link ParameterError}.
 */
export function upstreamParameters(agent: ReadonlyMap<string, string>): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of asked(agent)) {
    if (name === JOB) continue;
    if (name === 'client_encoding') requireUtf8(value);
    else if (FORBIDDEN.has(name)) throw refused(name, 'It is fixed by the connection.');
    else if (ALLOWED.has(name) || PLANNER_SWITCH.test(name)) settings.set(name, value);
    else
      throw refused(
        name,
        'Only settings known to be harmless are taken at start-up, where no statement is recorded.',
      );
  }
  return settings;
}

/** The CI job an agent claims with `options='-c auditorium.job=…'`. Throws {@link ParameterError}. */
export function assertedJob(agent: ReadonlyMap<string, string>): string | undefined {
  return new Map(asked(agent)).get(JOB);
}

/** Settings by lower-case name in the order PostgreSQL applies them. */
function asked(agent: ReadonlyMap<string, string>): [name: string, value: string][] {
  const own = [...agent].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return [...parseOptions(agent.get('options') ?? ''), ...own.filter(([name]) => !OWN.has(name))];
}

/**
 * Takes `options` apart as a server does (postgres reference page, "Options"): words separated by white space, backslash
 * quotes a character; `-c name=value`, `-cname=value` and `--name=value` are understood, everything else is refused.
 */
function parseOptions(options: string): [name: string, value: string][] {
  const words = (options.match(/(?:\\.|[^\\\s])+/gs) ?? []).map((word) => word.replace(/\\(.)/gs, '$1'));
  const settings: [string, string][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const setting = word === '-c' ? (words[++at] ?? '') : /^(?:-c|--)(.+)$/s.exec(word)?.[1];
    const parts = /^([\w.$-]+)=(.*)$/s.exec(setting ?? '');
    if (parts === null) throw invalid('42601', `invalid command-line argument for server process: ${word}`);
    const [, name = '', value = ''] = parts;
    settings.push([name.toLowerCase().replaceAll('-', '_'), value]);
  }
  return settings;
}

function requireUtf8(encoding: string): void {
  if (UTF8_SPELLINGS.has(encoding.toLowerCase().replace(/[^a-z0-9]/g, ''))) return;
  const error = invalid(
    '22023',
    `client_encoding ${JSON.stringify(encoding)} is not supported by the gateway`,
  );
  throw new ParameterError({ ...error.postgres, hint: 'Set client_encoding to UTF8.' });
}

function refused(name: string, detail: string): ParameterError {
  const error = invalid('0A000', `start-up parameter ${JSON.stringify(name)} is not accepted by the gateway`);
  return new ParameterError({ ...error.postgres, detail, hint: 'Use SET after connecting.' });
}

function invalid(sqlstate: string, message: string): ParameterError {
  return new ParameterError({ severity: 'FATAL', sqlstate, message });
}
