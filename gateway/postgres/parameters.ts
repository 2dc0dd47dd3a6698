/**
 * Which start-up parameters of an agent reach the server. The gateway writes the server's start-up packet itself, from a
 * list of what is harmless, because nothing there passes as a statement: no policy would see it.
 */
import type { EventInput } from '../../shared/recording/event.ts';
import type { Authentication, Mode } from '../config.ts';
import { OptionsError, parseOptions } from './options.ts';
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

/** The setting in which an agent says how it would give its token; it means nothing to a server. */
const AUTHENTICATION = 'auditorium.authentication';

/** PostgreSQL compares encoding names by their letters and digits. SQL_ASCII means that the client named none. */
const UTF8_SPELLINGS: ReadonlySet<string> = new Set(['utf8', 'unicode', 'sqlascii']);

/** PostgreSQL's spellings of a boolean's `false` (parse_bool). */
const FALSE = /^(?:f|fa|fal|fals|false|n|no|of|off|0)$/i;

/** What becomes of an agent's start-up parameters. */
export interface UpstreamParameters {
  /** For the server's start-up packet, by lower-case name; without `client_encoding`, which is always UTF8. */
  readonly settings: ReadonlyMap<string, string>;
  /** What passed in mode `observe` and would be refused otherwise. */
  readonly observed: readonly EventInput<'observed'>[];
}

/**
 * What reaches the server of an agent's start-up parameters; `options` is taken apart, and a parameter of its own wins
 * over one in `options`, as in PostgreSQL. In mode `observe` what is refused passes, but what the record could not be read
 * with. Throws {@link ParameterError}.
 */
export function upstreamParameters(agent: ReadonlyMap<string, string>, mode: Mode): UpstreamParameters {
  requireUser(agent);
  refuseReplication(agent);
  const settings = new Map<string, string>();
  const observed: EventInput<'observed'>[] = [];
  for (const [name, value] of asked(agent)) {
    if (name === JOB || name === AUTHENTICATION) continue;
    if (name === 'client_encoding') {
      requireUtf8(value);
      continue;
    }
    if (!ALLOWED.has(name) && !PLANNER_SWITCH.test(name)) {
      if (mode === 'enforce' || OWN.has(name)) throw refused(name);
      observed.push({ rule: 'start-up parameter', detail: `${name}=${value}` });
    }
    settings.set(name, value);
  }
  return { settings, observed };
}

/** The CI job an agent claims with `options='-c auditorium.job=…'`. Throws {@link ParameterError}. */
export function assertedJob(agent: ReadonlyMap<string, string>): string | undefined {
  return new Map(asked(agent)).get(JOB);
}

/** How an agent would give its token, where it says so with `options='-c auditorium.authentication=…'`. Throws {@link ParameterError}. */
export function askedAuthentication(agent: ReadonlyMap<string, string>): Authentication | undefined {
  const method = new Map(asked(agent)).get(AUTHENTICATION);
  if (method === undefined || method === 'password' || method === 'oauthbearer') return method;
  throw invalid('22023', `${AUTHENTICATION} must be password or oauthbearer, not ${JSON.stringify(method)}`);
}

/** Settings by lower-case name in the order PostgreSQL applies them. */
function asked(agent: ReadonlyMap<string, string>): [name: string, value: string][] {
  const own = [...agent].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return [...optionsOf(agent), ...own.filter(([name]) => !OWN.has(name))];
}

function optionsOf(agent: ReadonlyMap<string, string>): [name: string, value: string][] {
  try {
    return parseOptions(agent.get('options') ?? '');
  } catch (error) {
    if (error instanceof OptionsError) throw invalid('42601', error.message);
    throw error;
  }
}

function requireUser(agent: ReadonlyMap<string, string>): void {
  if ((agent.get('user') ?? '') !== '') return;
  throw invalid('28000', 'no PostgreSQL user name specified in startup packet');
}

/** A walsender speaks another language (manual §54.4), which nobody here could read. */
function refuseReplication(agent: ReadonlyMap<string, string>): void {
  if (FALSE.test(agent.get('replication') ?? 'off')) return;
  throw invalid('0A000', 'replication connections are not supported by the gateway');
}

function requireUtf8(encoding: string): void {
  if (UTF8_SPELLINGS.has(encoding.toLowerCase().replace(/[^a-z0-9]/g, ''))) return;
  const error = invalid(
    '22023',
    `client_encoding ${JSON.stringify(encoding)} is not supported by the gateway`,
  );
  throw new ParameterError({ ...error.postgres, hint: 'Set client_encoding to UTF8.' });
}

function refused(name: string): ParameterError {
  const error = invalid('0A000', `start-up parameter ${JSON.stringify(name)} is not accepted by the gateway`);
  const detail = FORBIDDEN.has(name)
    ? 'It is fixed by the connection.'
    : 'Only settings known to be harmless are taken at start-up, where no statement is recorded.';
  return new ParameterError({ ...error.postgres, detail, hint: 'Use SET after connecting.' });
}

function invalid(sqlstate: string, message: string): ParameterError {
  return new ParameterError({ severity: 'FATAL', sqlstate, message });
}
