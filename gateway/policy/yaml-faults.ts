/** What is wrong with a text as YAML: what follows from the first slip is left out, and a line that is indented wrongly is told in words. */
import type { Document, ErrorCode } from 'yaml';
import { yamlFault } from './yaml-document.ts';

/** Where, and the end of a sentence about what stands there. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** After these the parser still knows where it is. */
const ALONE: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'BAD_DIRECTIVE',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'DUPLICATE_KEY',
  'TAG_RESOLVE_FAILED',
]);

/** What the parser says of most lines that are indented wrongly. */
const OF_INDENTATION: ReadonlySet<ErrorCode> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'TAB_AS_INDENT',
]);

/** What the items of a list at the top are called. */
const ITEMS: Readonly<Record<string, string>> = {
  rules: 'rule',
  connections: 'connection',
  issuers: 'issuer',
};

/** One line of the text, as far as its indentation goes. */
interface Line {
  readonly number: number;
  readonly offset: number;
  readonly indent: string;
  /** Without its indentation. */
  readonly said: string;
}

/** All that is wrong up to where the parser lost its way, in the order of the text. */
export function yamlFaults({ errors, warnings }: Document, text: string): YamlFault[] {
  const all = [...errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  const lost = all.findIndex(({ code }) => !ALONE.has(code));
  const first = all[lost];
  const told = (lost < 0 ? all : all.slice(0, lost)).map(({ pos, message }) => ({
    offset: pos[0],
    message: yamlFault(message),
  }));
  if (first === undefined) return told;
  const here = all.filter(({ pos }) => pos[0] === first.pos[0]).map(({ code }) => code);
  const slip = here.some((code) => OF_INDENTATION.has(code)) ? indentation(text, first.pos[0], here) : null;
  return [...told, slip ?? { offset: first.pos[0], message: yamlFault(first.message) }];
}

/** null: it is not the indentation of a line. */
function indentation(text: string, offset: number, codes: readonly ErrorCode[]): YamlFault | null {
  const lines = linesOf(text);
  const at = lines.findLast((line) => line.offset <= offset);
  if (at === undefined) return null;
  const within = offset > at.offset + at.indent.length;
  // What goes on over the line's end is told at its begin.
  if (within && !codes.includes('MULTILINE_IMPLICIT_KEY')) return null;
  const wrong = lines.find(
    (line) => line.number >= at.number + (within ? 1 : 0) && /^[^#\s]/u.test(line.said),
  );
  if (wrong === undefined) return null;
  const place = wrong.offset + wrong.indent.length;
  if (wrong.indent.includes('\t'))
    return { offset: place, message: 'is indented with a tab: YAML takes spaces only' };
  const like = nearest(wrong, lines);
  if (like === null) return null;
  const spaces = columnOf(like, wrong);
  const begin = `begin the line with ${spaces === 0 ? 'no' : spaces} space${spaces === 1 ? '' : 's'}, as there`;
  return {
    offset: place,
    message: `is indented otherwise than ${nameOf(like, wrong, lines)} above (line ${like.number}): ${begin}`,
  };
}

function linesOf(text: string): Line[] {
  let offset = 0;
  return text.split('\n').map((line, index) => {
    const indent = /^[ \t]*/u.exec(line)?.[0] ?? '';
    const read = { number: index + 1, offset, indent, said: line.slice(indent.length) };
    offset += line.length + 1;
    return read;
  });
}

const isItem = ({ said }: Line): boolean => /^-(\s|$)/u.test(said);

/** Where a line of the kind of `wrong` would begin beside this one: `- name: a` has a key behind its dash too. */
function columnOf(line: Line, wrong: Line): number {
  const dash = isItem(wrong) ? '' : (/^(?:- +)*/u.exec(line.said)?.[0] ?? '');
  return line.indent.length + dash.length;
}

/** The line above that this one was most likely to begin like; null: it does begin like one, or there is none. */
function nearest(wrong: Line, lines: readonly Line[]): Line | null {
  const kind = isItem(wrong) ? isItem : (line: Line) => /^(?:- +)*["'\w][^{[]*:(\s|$)/u.test(line.said);
  const away = (line: Line): number => Math.abs(columnOf(line, wrong) - wrong.indent.length);
  const [best] = lines
    .slice(0, wrong.number - 1)
    .filter(kind)
    .toSorted((a, b) => away(a) - away(b) || b.number - a.number);
  return best === undefined || away(best) === 0 ? null : best;
}

/** `the rule`, `"effect"` */
function nameOf(like: Line, wrong: Line, lines: readonly Line[]): string {
  if (!isItem(wrong)) return `"${/([^\s"'-][^:"']*)["']?:/u.exec(like.said)?.[1] ?? ''}"`;
  const above = lines.slice(0, like.number - 1);
  const top = above.findLast(({ indent, said }) => indent === '' && /^\w+:/u.test(said));
  const outermost = above
    .slice(top?.number ?? 0)
    .every((line) => !isItem(line) || line.indent.length >= like.indent.length);
  return `the ${(outermost && ITEMS[top?.said.split(':')[0] ?? '']) || 'item'}`;
}
