/**
 * Ways to the statements of a volume that a filter may allow: indexes that hold them by something it says. A list walks the
 * way with the fewest statements and looks at each; nothing is ever sorted by SQLite.
 */
import type { Database } from 'better-sqlite3';
import { MANY_KEYS } from './keys.ts';
import { oneOf, type Condition } from './match.ts';

/** What a filter says that an index may lead by. */
export type Lead =
  | {
      readonly kind: 'keys';
      readonly posting: Posting;
      readonly ids: readonly (number | string)[];
      /** They are all statements the term means, each under one key. */
      readonly exact: boolean;
    }
  /** Statements of texts `d`, or of sessions `s`, that meet a condition. */
  | { readonly kind: 'texts' | 'sessions'; readonly condition: Condition }
  /** Statements with a word in their rows of `statement_words`. */
  | { readonly kind: 'words'; readonly match: string }
  /** Whichever leads to the fewest. */
  | { readonly kind: 'least'; readonly of: readonly Lead[] }
  | { readonly kind: 'union'; readonly of: readonly Lead[] };

/** Where statements are met, newest first where `order` says how. */
export interface Source {
  /** The index alone, and with the statement `x` beside it. */
  readonly from: string;
  readonly joined: string;
  /** The column that holds a statement's id. */
  readonly id: string;
  readonly where: Condition;
  readonly order: string | null;
}

export interface Way {
  readonly sources: readonly Source[];
  /** Statements on it, counted when it is asked for; above {@link COUNTED} there may be more. */
  readonly count: number;
  /** A counter told `count`: there are no more. */
  readonly told: boolean;
  /** All that the lead means, each once. */
  readonly exact: boolean;
}

/** Ways are counted up to this: more make no difference to which is taken. Up to it they are fetched and sorted here. */
export const COUNTED = 20_000;

/** Below this a way is taken without looking for a better one. */
const FEW = 500;

/** The walk over all statements, by their ids: SQLite would go by indexes of a condition's parts and sort what it finds. */
export const EVERY: Source = {
  from: 'statement x NOT INDEXED',
  joined: 'statement x NOT INDEXED',
  id: 'x.id',
  where: { sql: '1', values: [] },
  order: 'x.id DESC',
};

type Posting = keyof typeof POSTINGS;

const POSTINGS = {
  agent: { source: (key: Condition) => posted('statement_agent', key), key: 'j.agent_id', counter: 'agent' },
  job: { source: (key: Condition) => posted('statement_job', key), key: 'j.job_id', counter: 'job' },
  table: { source: (key: Condition) => posted('statement_table', key), key: 'j.table_id', counter: 'tbl' },
  mask: { source: (key: Condition) => posted('statement_mask', key), key: 'j.mask_id', counter: null },
  approver: {
    source: (key: Condition) => posted('statement_approver', key),
    key: 'j.approver_id',
    counter: null,
  },
  error: { source: (key: Condition) => indexed('statement_error', key), key: 'x.sqlstate', counter: null },
  verdict: {
    source: (key: Condition) => indexed('statement_verdict', key),
    key: 'x.verdict_id',
    counter: null,
  },
  // The index leaves out what completed: a condition on a parameter alone would not tell SQLite so.
  status: {
    source: ({ sql, values }: Condition) =>
      indexed('statement_status', { sql: `${sql} AND x.status <> 0`, values }),
    key: 'x.status',
    counter: null,
  },
} as const;

function posted(table: string, where: Condition): Source {
  return {
    from: `${table} j`,
    // Without CROSS JOIN the planner may start at the other side and sort all it finds.
    joined: `${table} j CROSS JOIN statement x ON x.id = j.statement_id`,
    id: 'j.statement_id',
    where,
    order: 'j.statement_id DESC',
  };
}

function indexed(index: string, where: Condition): Source {
  const from = `statement x INDEXED BY ${index}`;
  return { from, joined: from, id: 'x.id', where, order: 'x.id DESC' };
}

/** Leads are made for one question of one volume: what was counted for its total is not counted again for its page. */
const known = new WeakMap<Lead, Way | null>();

/** The way a lead is in a volume; null where it leads nowhere better than over all statements. */
export function wayOf(db: Database, lead: Lead): Way | null {
  const before = known.get(lead);
  if (before !== undefined) return before;
  const found = foundWay(db, lead);
  known.set(lead, found);
  return found;
}

function foundWay(db: Database, lead: Lead): Way | null {
  switch (lead.kind) {
    case 'keys':
      return byKeys(db, lead.posting, lead.ids, lead.exact);
    case 'texts':
      return bySome(db, lead.condition, {
        select: 'SELECT d.id FROM text d',
        source: (key) => posted('statement_text', key),
        key: 'j.text_id',
        from: 'text d CROSS JOIN statement_text j ON j.text_id = d.id',
      });
    case 'sessions':
      return bySome(db, lead.condition, {
        select: 'SELECT s.id FROM session s',
        source: (key) => ({
          ...posted('statement_session', key),
          order: 'j.number DESC, j.ordinal DESC',
        }),
        key: 'j.session_id',
        from: 'session s CROSS JOIN statement_session j ON j.session_id = s.id',
      });
    case 'words':
      return counted(db, [byWord(lead.match)], true);
    case 'least':
      return leastOf(db, lead.of);
    default:
      return unionOf(db, lead.of);
  }
}

/** Every source that a lead may be walked by, for tests to look at their plans. */
export function sourcesOf(db: Database, lead: Lead): readonly Source[] {
  if (lead.kind === 'least' || lead.kind === 'union') return lead.of.flatMap((part) => sourcesOf(db, part));
  return wayOf(db, lead)?.sources ?? [];
}

function byKeys(
  db: Database,
  posting: Posting,
  ids: readonly (number | string)[],
  exact: boolean,
): Way | null {
  if (ids.length > MANY_KEYS) return null;
  const { source, key, counter } = POSTINGS[posting];
  const sources = ids.map((id) => source(oneOf(key, [id])));
  if (counter === null) return counted(db, sources, exact);
  const { sql, values } = oneOf('id', ids);
  const count = db
    .prepare<unknown[], number | null>(`SELECT sum(statements) FROM ${counter} WHERE ${sql}`)
    .pluck()
    .get(...values);
  return { sources, count: count ?? 0, told: true, exact };
}

/** Where statements lie by a row of another table. */
interface Owned {
  readonly select: string;
  readonly source: (key: Condition) => Source;
  readonly key: string;
  readonly from: string;
}

/** Walked row by row where they are few, else fetched at once where their statements are. */
function bySome(db: Database, { sql, values }: Condition, owned: Owned): Way | null {
  const ids = db
    .prepare<unknown[], number>(`${owned.select} WHERE ${sql} LIMIT ${MANY_KEYS + 1}`)
    .pluck()
    .all(...values);
  if (ids.length <= MANY_KEYS)
    return counted(
      db,
      ids.map((id) => owned.source(oneOf(owned.key, [id]))),
      true,
    );
  const from = owned.from;
  const all: Source = { from, joined: from, id: 'j.statement_id', where: { sql, values }, order: null };
  const way = counted(db, [all], true);
  return way.count > COUNTED ? null : way;
}

function byWord(match: string): Source {
  return {
    from: 'statement_words w',
    joined: 'statement_words w CROSS JOIN statement x ON x.id = w.rowid',
    id: 'w.rowid',
    where: { sql: 'w.statement_words MATCH ?', values: [match] },
    order: 'w.rowid DESC',
  };
}

function counted(db: Database, sources: readonly Source[], exact: boolean): Way {
  let count: number | null = null;
  return {
    sources,
    get count() {
      return (count ??= countUpTo(db, sources));
    },
    told: false,
    exact,
  };
}

function countUpTo(db: Database, sources: readonly Source[]): number {
  let count = 0;
  for (const { from, id, where } of sources) {
    if (count > COUNTED) break;
    count +=
      db
        .prepare<unknown[], number>(
          `SELECT count(*) FROM (SELECT ${id} FROM ${from} WHERE ${where.sql} LIMIT ${COUNTED + 1})`,
        )
        .pluck()
        .get(...where.values) ?? 0;
  }
  return count;
}

function leastOf(db: Database, leads: readonly Lead[]): Way | null {
  const [only] = leads;
  if (only !== undefined && leads.length === 1) return wayOf(db, only);
  let least: Way | null = null;
  for (const lead of leads) {
    const way = wayOf(db, lead);
    if (way !== null && (least === null || way.count < least.count)) least = way;
    if (least !== null && least.count < FEW) break;
  }
  return least === null ? null : { ...least, exact: false };
}

function unionOf(db: Database, leads: readonly Lead[]): Way | null {
  const ways: Way[] = [];
  for (const lead of leads) {
    const way = wayOf(db, lead);
    if (way === null) return null;
    ways.push(way);
  }
  const sources = ways.flatMap((way) => way.sources);
  const [only] = ways;
  const union = {
    sources,
    get count() {
      return ways.reduce((sum, way) => sum + way.count, 0);
    },
    told: false,
    exact: false,
  };
  const needsFew = sources.length > MANY_KEYS || sources.some(({ order }) => order === null);
  if (needsFew && union.count > COUNTED) return null;
  return only !== undefined && ways.length === 1 ? only : union;
}
