/** `auditorium find`: statements, or sessions, that match a filter. */
import { MAX_LIMIT, type Page } from '../../shared/api/page.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { decisionText } from '../../shared/policy/recorded-decision.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { openReader } from '../archives.ts';
import { fetchMatching } from '../fetch-matching.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';

export interface FindOptions {
  readonly archive: string;
  readonly filter: string;
  /** Sessions instead of statements. */
  readonly sessions: boolean;
  readonly limit: number;
  /** A gateway's configuration, which names keys. */
  readonly config?: string;
  /** One JSON value a line instead of a list. */
  readonly json: boolean;
}

export async function find(options: FindOptions): Promise<void> {
  const filter = filterOf(options.filter);
  const reader = await openReader(options.archive, { config: options.config ?? null });
  try {
    if (reader.store !== undefined)
      await fetchMatching(reader.store, filter, () => isFull(reader, filter, options));
    if (options.sessions)
      await show(
        pagesOf(options.limit, (page) => reader.sessions({ filter, sort: '-started', ...page })),
        SESSIONS,
        options,
      );
    else
      await show(
        pagesOf(options.limit, (page) => reader.statements({ filter, ...page })),
        STATEMENTS,
        options,
      );
  } finally {
    await reader.close();
  }
}

/** Whether what is here fills the list. */
async function isFull(
  reader: ArchiveReader,
  filter: Filter,
  { sessions, limit }: FindOptions,
): Promise<boolean> {
  const page = { filter, limit: Math.min(limit + 1, MAX_LIMIT) };
  const { items } = sessions
    ? await reader.sessions({ ...page, sort: '-started' })
    : await reader.statements(page);
  return items.length > Math.min(limit, MAX_LIMIT - 1);
}

function filterOf(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter) return filter;
  const [from, to] = error.range;
  throw new CommandError('BAD_FILTER', `${error.message}, at character ${from + 1}: ${text.slice(from, to)}`);
}

type Ask<T> = (page: { readonly after: string | undefined; readonly limit: number }) => Promise<Page<T>>;

/** Every item from the first page on, of which `wanted` and one more are asked for at once where a page has the room. */
async function* pagesOf<T>(wanted: number, ask: Ask<T>): AsyncGenerator<T, void, undefined> {
  let after: string | undefined;
  do {
    const page = await ask({ after, limit: Math.min(wanted + 1, MAX_LIMIT) });
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

async function show<T>(
  items: AsyncIterable<T>,
  columns: readonly Column<T>[],
  { limit, json }: FindOptions,
): Promise<void> {
  const kept: T[] = [];
  let more = false;
  for await (const item of items) {
    more = kept.length === limit;
    if (more) break;
    if (json) printJson(item);
    kept.push(item);
  }
  if (!json && kept.length > 0) listing(columns, kept, terminalWidth()).forEach(print);
  if (kept.length === 0) note('nothing matches');
  if (more) note(`there are more: --limit shows more than ${limit}`);
}

/** A count that most sessions do not have. */
function someOf(count: number): string {
  return count === 0 ? '' : String(count);
}

/** What the source of an imported session does not tell is never shown as nothing. */
const NOT_RECORDED = 'not recorded';

/** The token's subject; else, in brackets, the user's own word. */
function agentText({ identity, user, imported }: SessionRow): string {
  if (identity !== null) return identity.subject;
  return user === '' && imported !== null ? NOT_RECORDED : `(${user})`;
}

function rowsText({ rows, imported }: SessionRow): string {
  return rows === 0 && imported?.lacks.includes('row count') === true ? NOT_RECORDED : String(rows);
}

/** A job with how it is known: ✓ attested by a verified claim, ~ the agent's own word. */
function jobText(job: string | null, provenance: 'attested' | 'asserted' | null): string {
  if (job === null) return '';
  return `${job} ${provenance === 'attested' ? '✓' : '~'}`;
}

/** What is masked in an answer: columns by their own names, then detectors. */
function maskedText({ maskedColumns, detectors }: StatementRow): string {
  return [...maskedColumns.map((column) => column.slice(column.lastIndexOf('.') + 1)), ...detectors].join(
    ' ',
  );
}

const STATEMENTS: readonly Column<StatementRow>[] = [
  { title: 'TIME', value: ({ time }) => timeText(time) },
  { title: 'SESSION', value: ({ session }) => shortId(session), spare: 2 },
  { title: 'AGENT', value: ({ agent }) => agent, spare: 1 },
  { title: 'JOB', value: ({ job, provenance }) => jobText(job, provenance) },
  {
    title: 'STATUS',
    value: ({ status, sqlstate, imported }) =>
      sqlstate ?? (status === 'unknown' && imported ? NOT_RECORDED : status),
  },
  {
    title: 'DECISION',
    value: ({ decision }) => (decision === null ? '' : decisionText(decision)),
    spare: 3,
    rare: true,
  },
  { title: 'MASKED', value: maskedText, spare: 4, rare: true },
  { title: 'ROWS', value: ({ rows }) => (rows === null ? NOT_RECORDED : String(rows)), right: true },
  { title: 'STATEMENT', value: ({ text }) => text, wide: true },
];

const SESSIONS: readonly Column<SessionRow>[] = [
  { title: 'STARTED', value: ({ started }) => timeText(started) },
  { title: 'SESSION', value: ({ id }) => shortId(id) },
  { title: 'AGENT', value: agentText },
  {
    title: 'JOB',
    value: ({ ci }) => jobText(ci && `${ci.provider}/${ci.run}/${ci.job}`, ci?.provenance ?? null),
  },
  { title: 'CONNECTION', value: ({ connection }) => connection, spare: 3 },
  {
    title: 'OUTCOME',
    value: ({ outcome, imported }) => (outcome === 'unknown' && imported !== null ? NOT_RECORDED : outcome),
    spare: 4,
  },
  { title: 'STATEMENTS', value: ({ statements }) => String(statements), right: true, spare: 5 },
  { title: 'ROWS', value: rowsText, right: true, spare: 2 },
  { title: 'ERRORS', value: ({ errors }) => String(errors), right: true, spare: 1 },
  { title: 'DENIED', value: ({ denied }) => someOf(denied), right: true, spare: 6, rare: true },
  { title: 'HELD', value: ({ held }) => someOf(held), right: true, spare: 7, rare: true },
  { title: 'MASKED', value: ({ masked }) => someOf(masked), right: true, spare: 8, rare: true },
  { title: 'VERBS', value: ({ verbs }) => verbs.join(' '), wide: true },
];

/** An id begins with 12 digits of time; with 4 of chance it stands for one session, and `replay` takes it. */
const SHORT_ID = 16;

function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** µs since 1970 as UTC, to the second. */
function timeText(micros: number): string {
  return new Date(micros / 1_000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
