/** What the terms about sessions ask of a session's row `s` (shared/filter/matches.ts), and the statements that they lead to. */
import type { Database } from 'better-sqlite3';
import type { Term, TermField } from '../../../shared/filter/filter.ts';
import { FINGERPRINT_DIGITS } from '../../../shared/filter/matches.ts';
import { keysOf, type Keys } from './keys.ts';
import { any, NEVER } from '../conditions.ts';
import { finds, matchHex, matchHexText, matchPath, matchText, type Condition } from './match.ts';
import type { Lead } from './ways.ts';

/** What a term asks of a session. */
export interface SessionMeaning {
  readonly condition: Condition;
  readonly lead: Lead;
}

/** How a session ended, with what a later volume says of one that goes on there. */
export const OUTCOME = `coalesce((SELECT l.outcome FROM temp.later l WHERE l.session_id = s.id), s.outcome)`;

/** The same for when it ended. */
export const ENDED = `coalesce((SELECT l.ended FROM temp.later l WHERE l.session_id = s.id), s.ended)`;

type Meaning = (db: Database, term: Term) => SessionMeaning;

/** The meaning of a term about sessions; null for a field that is not about them. */
export function sessionMeaning(db: Database, term: Term): SessionMeaning | null {
  return MEANINGS[term.field]?.(db, term) ?? null;
}

const MEANINGS: Readonly<Partial<Record<TermField, Meaning>>> = {
  token: (db, term) => {
    const agents = agentsOf(
      db,
      any([matchText('a.subject', term), matchText('a.client', term), matchText('a.user_id', term)]),
    );
    const tokens = tokensOf(db, any([matchText('t.jti', term), matchFingerprint(term)]));
    const condition = any([agents.within('s.agent_id'), tokens.within('s.token_id')]);
    const holders = agentsOf(
      db,
      any([
        agents.within('a.id'),
        {
          sql: `a.id IN (SELECT t.agent_id FROM token t WHERE ${tokens.within('t.id').sql})`,
          values: tokens.within('t.id').values,
        },
      ]),
    );
    const { ids } = holders;
    const exact = tokens.ids?.length === 0;
    return { condition, lead: ids === null ? ofSessions(condition) : posted('agent', ids, exact) };
  },
  issuer: (db, term) => ofAgents(agentsOf(db, matchText('a.issuer', term))),
  sub: (db, term) => ofAgents(agentsOf(db, matchText('a.subject', term))),
  client: (db, term) => ofAgents(agentsOf(db, matchText('a.client', term))),
  group: (db, term) => {
    const { sql, values } = matchText('g.value', term);
    return bySession(tokensOf(db, finds(`json_each(t.groups) g WHERE ${sql}`, values)).within('s.token_id'));
  },
  job: (db, term) => ofJobs(jobsOf(db, matchPath('j.path', term))),
  run: (db, term) => ofJobs(jobsOf(db, matchText('j.run', term))),
  repo: (db, term) => ofJobs(jobsOf(db, matchText('j.repository', term))),
  ci: (db, term) => {
    const word = term.value.toLowerCase();
    if (word === 'none') return bySession({ sql: 's.job_id IS NULL', values: [] });
    if (word === 'mismatch') return bySession({ sql: 's.ci_mismatch IS NOT NULL', values: [] });
    if (word === 'attested' || word === 'asserted')
      return ofJobs(jobsOf(db, { sql: 'j.provenance = ?', values: [word] }));
    return ofJobs(jobsOf(db, matchText('j.provider', term)));
  },
  connection: (_, term) => bySession(matchText('s.connection', term)),
  user: (_, term) => bySession(any([matchText('s.user', term), matchText('s.db_user', term)])),
  address: (_, term) => bySession(matchText('s.address', term)),
  app: (_, term) => bySession(matchText('s.application', term)),
  session: (_, term) => bySession(matchHex('s.sid', term)),
  outcome: (_, term) => bySession(matchText(OUTCOME, term)),
};

function matchFingerprint(term: Term): Condition {
  return term.value.length < FINGERPRINT_DIGITS ? NEVER : matchHexText('t.fingerprint', term);
}

function agentsOf(db: Database, condition: Condition): Keys {
  return keysOf(db, 'SELECT a.id FROM agent a WHERE', condition);
}

function tokensOf(db: Database, condition: Condition): Keys {
  return keysOf(db, 'SELECT t.id FROM token t WHERE', condition);
}

function jobsOf(db: Database, condition: Condition): Keys {
  return keysOf(db, 'SELECT j.id FROM job j WHERE', condition);
}

function ofAgents(agents: Keys): SessionMeaning {
  const condition = agents.within('s.agent_id');
  return {
    condition,
    lead: agents.ids === null ? ofSessions(condition) : posted('agent', agents.ids, true),
  };
}

function ofJobs(jobs: Keys): SessionMeaning {
  const condition = jobs.within('s.job_id');
  return { condition, lead: jobs.ids === null ? ofSessions(condition) : posted('job', jobs.ids, true) };
}

function bySession(condition: Condition): SessionMeaning {
  return { condition, lead: ofSessions(condition) };
}

function ofSessions(condition: Condition): Lead {
  return { kind: 'sessions', condition };
}

function posted(posting: 'agent' | 'job', ids: readonly number[], exact: boolean): Lead {
  return { kind: 'keys', posting, ids, exact };
}
