/** `log_line_prefix` (PostgreSQL manual, §19.8.3) as something that finds its parts at the beginning of a line. */

/** What a prefix may tell, by the letter that stands for it. */
export type PrefixPart = 'a' | 'u' | 'd' | 'r' | 'h' | 'b' | 'p' | 't' | 'm' | 'n' | 'i' | 'e' | 'c' | 's';

export interface LinePrefix {
  readonly text: string;
  /** What of {@link PrefixPart} it has. */
  readonly has: (part: PrefixPart) => boolean;
  /** What a line begins with: the parts, the severity, and where the message begins; null when it begins otherwise. */
  readonly read: (line: string) => PrefixedLine | null;
}

export interface PrefixedLine {
  readonly parts: Readonly<Partial<Record<PrefixPart, string>>>;
  readonly severity: string;
  /** Where the message begins, in UTF-16 units. */
  readonly at: number;
}

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Za-z0-9+:<>-]+`;

/** Parts of a fixed form. The others go on until what the prefix has next. */
const FORMS: Readonly<Record<string, string>> = {
  t: TIME,
  m: TIME,
  s: TIME,
  n: String.raw`\d{9,10}\.\d{3}`,
  p: String.raw`\d+`,
  P: String.raw`\d*`,
  l: String.raw`\d+`,
  c: String.raw`[0-9a-f]+\.[0-9a-f]+`,
  e: '[0-9A-Z]{5}',
  v: String.raw`[\d/-]*`,
  x: String.raw`\d*`,
  Q: String.raw`-?\d+`,
};

const PARTS: ReadonlySet<string> = new Set('audrhbptmnices');

/** Two spaces, whatever the severity (PostgreSQL source: utils/error/elog.c). */
const SEVERITY =
  '(?<severity>DEBUG|INFO|NOTICE|WARNING|LOG|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE):  ';

/** A prefix longer than this is none that is looked for. */
const MOST = 512;

/** Compiles a prefix as the configuration has it. Each part goes to the next literal, so that reading takes linear time. */
export function linePrefix(text: string): LinePrefix {
  const pieces = piecesOf(text);
  const has = new Set<string>();
  let source = '^';
  let optional = false;
  pieces.forEach((piece, i) => {
    if (typeof piece === 'string') {
      source += literal(piece);
      return;
    }
    const { escape } = piece;
    if (escape === 'q') {
      if (!optional) source += '(?:';
      optional = true;
      return;
    }
    const next = pieces.slice(i + 1).find((other) => typeof other === 'string' || other.escape !== 'q');
    const form = FORMS[escape] ?? until(typeof next === 'string' ? next : '');
    const named = PARTS.has(escape) && !has.has(escape);
    has.add(escape);
    source += ` *${named ? `(?<${escape}>${form})` : `(?:${form})`} *?`;
  });
  const pattern = new RegExp(source + (optional ? ')?' : '') + SEVERITY, 's');
  return {
    text,
    has: (part) => has.has(part),
    read(line) {
      const found = pattern.exec(line.slice(0, MOST));
      if (found?.groups === undefined) return null;
      const { severity = '', ...parts } = found.groups;
      return { parts, severity, at: found[0].length };
    },
  };
}

type Piece = string | { readonly escape: string };

/** Literal texts and escapes, with or without padding, in order. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(/%(?:-?\d*)([a-zA-Z%])/g)) {
    if (found.index > at) pieces.push(text.slice(at, found.index));
    const [all, escape = ''] = found;
    pieces.push(escape === '%' ? '%' : { escape });
    at = found.index + all.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** Anything up to the literal; where none follows, anything without white space. */
function until(next: string): string {
  return next.trim() === '' ? String.raw`\S*?` : `(?:(?!${literal(next.trimEnd())}).)*`;
}

/** Spaces may have become others in what was copied by hand. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(/ +/g, ' +');
}

/** Prefixes in use by distributions, hosts and tools. Of those that fit equally the first is taken: one that claims no more than there is. */
const KNOWN = [
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: db=%d,user=%u,app=%a,client=%h ',
  '%t [%p] user=%u,db=%d,app=%a,client=%h ',
  '%m [%p] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d ',
  '%t [%p] user=%u,db=%d ',
  '%t [%p]: user=%u,db=%d ',
  '%t [%p]: db=%d,user=%u ',
  '%m|%u|%d|%c|',
  '%m %u %d %c ',
  '%t:%r:%u@%d:[%p]:',
  '%m [%p] %c %u@%d ',
  '%m %c %u@%d/%a %h ',
  '%n [%p] ',
  '%m [%p] ',
  '%m [%p]: ',
  '%m [%p]: [%l-1] ',
  '%m [%p] %q[user=%u,db=%d,app=%a] ',
  '%m [%p] %q%u@%d ',
  '%m ',
  '',
];

/** The known prefix that fits most of the lines; null when none fits any. */
export function guessPrefix(lines: readonly string[]): LinePrefix | null {
  let best: LinePrefix | null = null;
  let most = 0;
  for (const text of KNOWN) {
    const prefix = linePrefix(text);
    const fitting = lines.filter((line) => prefix.read(line) !== null).length;
    if (fitting > most) [best, most] = [prefix, fitting];
  }
  return best;
}
