/** `auditorium case` and its commands `log`, `export` and `merge`. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LogEntry } from '../../shared/findings/case.ts';
import { grouped } from '../../shared/recording/describe.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { CommandError } from '../failure.ts';
import { FileDestination } from '../exports/destination.ts';
import { isoTime } from '../../gateway/archive/lines/words.ts';
import { casesHere, findCase, openFoundCase } from '../found-case.ts';
import { type Column, listing } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';

interface Json {
  readonly json: boolean;
}

interface Listed {
  readonly path: string;
  readonly entries: number;
  readonly authors: readonly string[];
  /** µs; null for one without entries. */
  readonly last: number | null;
}

/** Lists the cases in the user folder. */
export async function listCases({ json }: Json): Promise<void> {
  const cases: Listed[] = [];
  for (const path of casesHere()) {
    const casework = openFoundCase(path);
    try {
      const { entries, authors } = await casework.info();
      const last = authors.length === 0 ? null : Math.max(...authors.map((author) => author.last));
      cases.push({ path, entries, authors: authors.map(({ name }) => name), last });
    } finally {
      casework.close();
    }
  }
  if (json) for (const one of cases) printJson(one);
  else if (cases.length === 0) note('there is no case yet: auditorium open begins one with its archive');
  else for (const line of listing(CASE_COLUMNS, cases, terminalWidth())) print(line);
}

const CASE_COLUMNS: readonly Column<Listed>[] = [
  { title: 'case', value: ({ path }) => basename(path, '.case') },
  { title: 'entries', value: ({ entries }) => String(entries), right: true },
  { title: 'last', value: ({ last }) => (last === null ? '' : isoTime(last).slice(0, 19)) },
  {
    title: 'by',
    value: ({ authors }) => authors.map((name) => visibleLine(name, 40)).join(', '),
    wide: true,
  },
];

/** Prints the log, the newest first. */
export function printLog(name: string | null, { limit, json }: Json & { readonly limit: number }): void {
  const casework = openFoundCase(findCase(name));
  try {
    const lines: LogEntry[] = [];
    let after: string | undefined;
    do {
      const page = casework.log({ after, limit: limit - lines.length });
      lines.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined && lines.length < limit);
    if (json) for (const line of lines) printJson(line);
    else for (const line of listing(LOG_COLUMNS, lines, terminalWidth())) print(line);
  } finally {
    casework.close();
  }
}

const LOG_COLUMNS: readonly Column<LogEntry>[] = [
  { title: 'time (UTC)', value: ({ time }) => isoTime(time).slice(0, 19) },
  { title: 'who', value: ({ author }) => visibleLine(author.name, 40) },
  { title: 'session', value: ({ session }) => session?.slice(0, 12) ?? '', rare: true },
  { title: 'what', value: ({ what }) => what, wide: true },
];

/** Writes the case to a file of its own. */
export async function exportCase(
  name: string | null,
  { out, force, json }: Json & { readonly out: string; readonly force: boolean },
): Promise<void> {
  const casework = openFoundCase(findCase(name));
  try {
    const destination = await FileDestination.open(out, force);
    try {
      await casework.note('exported', 'the case');
      await destination.write(casework.bytes());
      await destination.commit();
    } catch (error) {
      await destination.abort();
      throw error;
    }
    if (json) printJson({ path: out, entries: casework.size });
    else note(`exported ${told(casework.size)} to ${out}`);
  } finally {
    casework.close();
  }
}

/** Takes in what somebody exported. */
export async function mergeCase(file: string, name: string | null, { json }: Json): Promise<void> {
  const bytes = read(file);
  const casework = openFoundCase(findCase(name));
  try {
    const merged = await casework.merge(bytes);
    if (json) return printJson(merged);
    const { added, known, authors, problems } = merged;
    const whose =
      authors.length === 0 ? '' : `, of ${authors.map((author) => visibleLine(author.name, 60)).join(', ')}`;
    note(`took in ${told(added)}${whose}; ${told(known)} ${known === 1 ? 'was' : 'were'} here already`);
    for (const problem of problems) note(problem);
  } finally {
    casework.close();
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const message = `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new CommandError('FILE_UNREADABLE', message, { cause });
  }
}

function told(entries: number): string {
  return `${grouped(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
}
