/** What the terms about sessions ask of a row of `session` (shared/filter/matches.ts), and of the statements of such a session. */
import type { Term, TermField } from '../../../shared/filter/filter.ts';
import { FINGERPRINT_DIGITS } from '../../../shared/filter/matches.ts';
import { all, any, NEVER } from '../../archive/conditions.ts';
import {
  hasAny,
  matchKnown,
  matchLastParts,
  matchPath,
  matchPrefix,
  matchText,
  oneOf,
  type Condition,
} from './condition.ts';
import type { Keys, KnownKeys } from './known-keys.ts';

/** Of a session with a token, of one with a job. */
const HAS_TOKEN: Condition = { sql: `fingerprint <> ''`, values: [] };
const HAS_JOB: Condition = { sql: `job <> ''`, values: [] };

const OF_SESSION: Readonly<Partial<Record<TermField, (term: Term) => Condition>>> = {
  token: (term) =>
    all([
      HAS_TOKEN,
      any([
        matchText('subject', term),
        matchKnown('client', term),
        matchKnown('jti', term),
        matchKnown('user_id', term),
        fingerprint(term),
      ]),
    ]),
  issuer: (term) => all([HAS_TOKEN, matchText('issuer', term)]),
  sub: (term) => all([HAS_TOKEN, matchText('subject', term)]),
  client: (term) => matchKnown('client', term),
  group: (term) => hasAny('groups', matchText('v', term)),
  job: (term) => all([HAS_JOB, matchPath('job_path', term)]),
  run: (term) => all([HAS_JOB, matchText('run', term)]),
  repo: (term) => matchKnown('repository', term),
  ci: (term) => {
    const word = term.value.toLowerCase();
    if (word === 'none') return { sql: `job = ''`, values: [] };
    if (word === 'mismatch') return { sql: 'ci_mismatch IS NOT NULL', values: [] };
    if (word === 'attested' || word === 'asserted') return oneOf('provenance', [word]);
    return all([HAS_JOB, matchText('provider', term)]);
  },
  connection: (term) => matchText('connection', term),
  user: (term) => any([matchText('user', term), matchKnown('db_user', term)]),
  address: (term) => matchText('address', term),
  app: (term) => matchText('application', term),
  session: (term) => matchPrefix('toString(id)', term),
  outcome: (term) => matchText('outcome', term),
};

/** What a term asks of a session; null for a field that is not about sessions. */
export function sessionMeaning(term: Term): Condition | null {
  return OF_SESSION[term.field]?.(term) ?? null;
}

/** What a session with a statement that a term means meets; null: any may have one. */
export function usedBySession(term: Term): Condition | null {
  switch (term.field) {
    case 'table':
      return hasAny('tables', matchLastParts('v', term));
    case 'verb':
      return hasAny('verbs', matchText('v', term));
    default:
      return null;
  }
}

/** What a term about sessions asks of their statements: by their agents and jobs where these decide, which projections lead to. */
export async function statementsOfSessions(term: Term, keys: KnownKeys): Promise<Condition | null> {
  const condition = OF_SESSION[term.field]?.(term);
  if (condition === undefined) return null;
  switch (term.field) {
    case 'token': {
      const agents = await keys.agents(
        any([matchText('subject', term), matchKnown('client', term), matchKnown('user_id', term)]),
      );
      const own = await keys.sessions(all([HAS_TOKEN, any([matchKnown('jti', term), fingerprint(term)])]));
      return any([withKey('agent', agents), withKey('session', own)]);
    }
    case 'issuer':
      return withKey('agent', await keys.agents(matchText('issuer', term)));
    case 'sub':
      return withKey('agent', await keys.agents(matchText('subject', term)));
    case 'client':
      return withKey('agent', await keys.agents(matchKnown('client', term)));
    case 'connection':
      return condition;
    case 'job':
      return withKey('job', await keys.jobs(matchPath('path', term)));
    case 'run':
      return withKey('job', await keys.jobs(matchText('run', term)));
    case 'repo':
      return withKey('job', await keys.jobs(matchKnown('repository', term)));
    default:
      return withKey('session', await keys.sessions(condition));
  }
}

function withKey(column: string, keys: Keys): Condition {
  return 'words' in keys
    ? oneOf(column, keys.words)
    : { sql: `${column} IN (${keys.select.sql})`, values: keys.select.values };
}

function fingerprint(term: Term): Condition {
  return term.value.length < FINGERPRINT_DIGITS ? NEVER : matchPrefix('fingerprint', term);
}
