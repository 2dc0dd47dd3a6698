/** What a server's log says that reached it (PostgreSQL manual §20.8.4, "Using CSV-Format Log Output"; log_statement = all). */
import { readFile } from 'node:fs/promises';

/** Columns of the log, from 0. */
const COLUMN = { backend: 3, severity: 11, message: 13 } as const;

/** How the log introduces the text of a Query, and of an Execute with its statement's and portal's names. */
const STATEMENT = /^(?:statement|execute [^:]*): /;

/**
 * The statement texts in the order they came, by the backend's process id. Bytes are kept as the characters of the same
 * number: the log mixes encodings.
 */
export async function loggedStatements(path: string): Promise<Map<number, string[]>> {
  const logged = new Map<number, string[]>();
  for (const record of csvRecords(await readFile(path, 'latin1'))) {
    const message = record[COLUMN.message] ?? '';
    const introduction = record[COLUMN.severity] === 'LOG' ? STATEMENT.exec(message) : null;
    if (introduction === null) continue;
    const backend = Number(record[COLUMN.backend]);
    const texts = logged.get(backend) ?? [];
    texts.push(message.slice(introduction[0].length));
    logged.set(backend, texts);
  }
  return logged;
}

/** Records of RFC 4180 CSV. */
export function* csvRecords(text: string): Generator<string[]> {
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [field, end] = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    record.push(field);
    at = end + 1;
    if (text[end] === ',') continue;
    yield record;
    record = [];
  }
}

/** The field and where it ends: at a comma, a line feed or the end of the text. */
function plainField(text: string, from: number): [field: string, end: number] {
  const found = [text.indexOf(',', from), text.indexOf('\n', from), text.length].filter((at) => at >= 0);
  const end = Math.min(...found);
  return [text.slice(from, end), end];
}

function quotedField(text: string, from: number): [field: string, end: number] {
  let field = '';
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new Error('a quoted field of the log does not end');
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}
