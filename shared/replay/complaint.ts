/** Errors and notices as psql prints them: message, the line it points at with a caret, detail, hint, context. */
import { MASK } from '../recording/mask.ts';
import { NEW_LINE, type Role, styled } from './palette.ts';
import { clipped, painted } from './shown.ts';
import { clipText, visible } from './visible.ts';
import { displayWidth } from './width.ts';
import type { ErrorFields } from './wire.ts';

/** UTF-16 units of one field that are shown. */
const FIELD_LIMIT = 2000;

/** Columns shown of the line that an error points at, and how many of them at least lie right of the caret (libpq's fe-protocol3.c). */
const LINE_WIDTH = 60;
const RIGHT_OF_CARET = 10;

/** `text` is that of the statement, as far as it is known, for the line that the error points at. */
export function paintComplaint(fields: ErrorFields, text: string | null): string {
  const severity = fields.severity ?? fields.localSeverity ?? 'ERROR';
  const code = severityRole(severity) === 'error' && fields.sqlstate ? ` [${fields.sqlstate}]` : '';
  const role = severityRole(severity);
  return (
    styled(role, `${painted(severity)}:  ${field(fields.message ?? '')}`) +
    styled('note', visible(code)) +
    NEW_LINE +
    pointer(fields.position, text) +
    pointer(fields.internalPosition, fields.internalQuery ?? null) +
    labelled('DETAIL', fields.detail) +
    labelled('HINT', fields.hint) +
    labelled('QUERY', fields.internalQuery) +
    labelled('CONTEXT', fields.where)
  );
}

function severityRole(severity: string): Role {
  return severity === 'ERROR' || severity === 'FATAL' || severity === 'PANIC' ? 'error' : 'warning';
}

function labelled(label: string, text: string | undefined): string {
  return text === undefined ? '' : `${label}:  ${field(text)}${NEW_LINE}`;
}

/** Fields may have lines of their own. */
function field(text: string): string {
  return clipText(text, FIELD_LIMIT) === text
    ? text.split('\n').map(painted).join(NEW_LINE)
    : clipped(text, FIELD_LIMIT, 'Raw').painted;
}

/** `LINE 2: …` and a caret under the character at `position`, which counts characters from 1. */
function pointer(position: string | undefined, text: string | null): string {
  if (position === undefined || text === null || !/^[1-9]\d{0,9}$/.test(position)) return '';
  const characters = Array.from(text);
  const at = Number(position) - 1;
  if (at > characters.length || at > exactUntil(text)) return '';
  const before = characters.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = characters.indexOf('\n', at);
  const line = characters.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const { shownLine, caret } = cutAround(line, at - lineStart);
  const label = `LINE ${before.filter((character) => character === '\n').length + 1}: `;
  return (
    label + painted(shownLine) + NEW_LINE + ' '.repeat(label.length + caret) + styled('error', '^') + NEW_LINE
  );
}

/** Characters up to the first that was masked: behind it the server's positions, in the text as sent, mean others. */
function exactUntil(text: string): number {
  const masked = text.indexOf(MASK);
  return masked < 0 ? Infinity : Array.from(text.slice(0, masked)).length;
}

/** The part of a line that shows the character at `at`, cut as libpq cuts it, and the column of the caret in it. */
function cutAround(
  line: readonly string[],
  at: number,
): { readonly shownLine: string; readonly caret: number } {
  const ended = line.at(-1) === '\r' ? line.slice(0, -1) : line;
  const spaced = ended.map((character) => (character === '\t' ? ' ' : character));
  const columns = columnsBefore(spaced);
  const width = (from: number, to: number) => (columns[to] ?? 0) - (columns[from] ?? 0);
  let from = 0;
  let to = spaced.length;
  if (width(from, to) > LINE_WIDTH && width(from, at) + RIGHT_OF_CARET > LINE_WIDTH) {
    while (to > at && width(at, to) > RIGHT_OF_CARET) to--;
    while (width(from, to) > LINE_WIDTH) from++;
  } else {
    while (width(from, to) > LINE_WIDTH) to--;
  }
  const lead = from > 0 ? '...' : '';
  const shownLine = lead + spaced.slice(from, to).join('') + (to < spaced.length ? '...' : '');
  return { shownLine, caret: lead.length + width(from, at) };
}

/** Columns that the characters before each one take, and all of them at the end. */
function columnsBefore(characters: readonly string[]): number[] {
  const columns = [0];
  let sum = 0;
  for (const character of characters) {
    const isMark = /^\p{M}/u.test(character);
    sum += displayWidth(isMark ? character : visible(character));
    columns.push(sum);
  }
  return columns;
}
