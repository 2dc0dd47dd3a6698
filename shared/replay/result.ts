/** What the server answered: rows as a table over one or more events, then the footer, the command's tag or the error. */
import { assemble } from './assemble.ts';
import { paintComplaint } from './complaint.ts';
import { counted, duration } from '../recording/describe.ts';
import { UNTOLD, type EventFields } from '../recording/event.ts';
import { NEW_LINE, noteLine, styled } from './palette.ts';
import { type PainterState, remember, type RunningResult } from './painter-state.ts';
import { painted } from './shown.ts';
import type { Payloads } from './statement.ts';
import { newTable, paintTable } from './table.ts';
import {
  type Column,
  readCells,
  readErrorFields,
  readMessages,
  readParameterTypes,
  readRowDescription,
  type WireMessage,
} from './wire.ts';

/** Commands whose rows are by the way: psql prints their tag below the rows. */
const TAG_AFTER_ROWS = /^(INSERT|UPDATE|DELETE|MERGE) /;

type AnswerFields = Pick<EventFields<'rows'>, 'statement' | 'ordinal' | 'describedAt'>;

/** A chunk of rows ahead of its outcome. */
export function paintRows(
  sequence: number,
  fields: EventFields<'rows'>,
  payloads: Payloads,
  state: PainterState,
): string {
  if (state.midRow) return paintMidRow(fields, state);
  const text = paintAnswer(sequence, fields, payloads['answer'], state);
  if (!fields.continued) return text + unreadableRest(state);
  return text === '' ? noteLine('… the row goes on') : text;
}

/** Bytes of which it is not known where a row begins are never taken for rows: they might be made to look so. */
function paintMidRow(
  { rows, continued }: Pick<EventFields<'rows'>, 'rows' | 'continued'>,
  state: PainterState,
): string {
  state.midRow = continued;
  return noteLine(rows === 0 ? '… the row goes on' : '… rows that begin above this window (see Result)');
}

/** The end of a SQL statement. */
export function paintOutcome(
  sequence: number,
  fields: EventFields<'outcome'>,
  payloads: Payloads,
  state: PainterState,
): string {
  const { midRow } = state;
  const answer = midRow
    ? paintMidRow({ rows: 1, continued: false }, state)
    : paintAnswer(sequence, fields, payloads['answer'], state) + unreadableRest(state);
  const came = fields.status === 'completed' || fields.status === 'suspended';
  const headed = came && state.result?.table ? paintHeaderOnly(state.result, state) : '';
  const end = paintEnd(fields, payloads, {
    hadTable: midRow || state.result?.table?.headed === true,
    lacks: state.lacks,
  });
  state.result = null;
  state.copy = null;
  return answer + headed + end;
}

/** The answer to a Describe of its own says nothing to the screen; its columns and parameter types are used later. */
export function noteDescription(
  sequence: number,
  fields: EventFields<'description'>,
  bytes: Uint8Array | null | undefined,
  state: PainterState,
): void {
  if (!bytes) return;
  for (const { type, body } of readMessages(bytes).messages) {
    const columns = type === 'T' ? readRowDescription(body) : null;
    const types = type === 't' ? readParameterTypes(body) : null;
    if (columns) remember(state.columns, sequence, columns);
    if (types && fields.target === 'S') remember(state.parameterTypes, fields.name, types);
  }
}

function paintAnswer(
  sequence: number,
  fields: AnswerFields,
  bytes: Uint8Array | null | undefined,
  state: PainterState,
): string {
  let result = resultOf(fields, state);
  if (bytes === null) {
    state.result = result;
    return noteLine('(answer redacted)');
  }
  const { messages, unfinished } = assemble(result.unfinished, bytes ?? new Uint8Array());
  const columns = firstColumns(messages);
  if (columns !== null) {
    remember(state.columns, sequence, columns);
    result = { ...result, table: newTable(columns, maskedIn(fields, state)) };
  }
  const rows = messages.filter(({ type }) => type === 'D');
  const painting =
    rows.length === 0 ? null : paintTable(result.table ?? guessedTable(rows, state, fields), rows);
  state.result = { ...result, table: painting?.table ?? result.table, unfinished };
  return (
    (painting?.text ?? '') + messages.map((message) => paintError(message, fields.statement, state)).join('')
  );
}

/** The result that goes on, or a new one. */
function resultOf(fields: AnswerFields, state: PainterState): RunningResult {
  const { statement, ordinal, describedAt } = fields;
  const running = state.result;
  if (running?.statement === statement && running.ordinal === ordinal) return running;
  const columns = describedAt === null ? undefined : state.columns.get(describedAt);
  const formats = state.statements.get(statement)?.resultFormats ?? [];
  const table =
    columns === undefined ? null : newTable(withFormats(columns, formats), maskedIn(fields, state));
  return { statement, ordinal, table, unfinished: null };
}

function maskedIn({ statement, ordinal }: AnswerFields, { masked }: PainterState): readonly number[] {
  return masked?.statement === statement && masked.ordinal === ordinal ? masked.positions : [];
}

function firstColumns(messages: readonly WireMessage[]): Column[] | null {
  const description = messages.find(({ type }) => type === 'T');
  return description === undefined ? null : readRowDescription(description.body);
}

/** A statement described before it was bound knows no formats yet; Bind's are right. One code is for all columns. */
function withFormats(columns: readonly Column[], formats: readonly number[]): readonly Column[] {
  if (formats.length === 0) return columns;
  return columns.map((column, i) => ({
    ...column,
    format: (formats.length === 1 ? formats[0] : formats[i]) ?? column.format,
  }));
}

/** Columns that nobody described: numbered, of unknown type. */
function guessedTable(rows: readonly WireMessage[], state: PainterState, fields: AnswerFields) {
  const count = rows[0] === undefined ? 0 : (readCells(rows[0].body)?.count ?? 0);
  const formats = state.statements.get(fields.statement)?.resultFormats ?? [];
  const columns = Array.from({ length: count }, (_, i) => ({
    name: `column${i + 1}`,
    tableOid: 0,
    attribute: 0,
    typeOid: 0,
    typeSize: -1,
    typeModifier: -1,
    format: 0,
  }));
  return newTable(withFormats(columns, formats), maskedIn(fields, state));
}

function paintError({ type, body }: WireMessage, statement: number, state: PainterState): string {
  if (type !== 'E') return '';
  const fields = readErrorFields(body);
  if (fields === null) return noteLine('(error not readable)');
  return paintComplaint(fields, state.statements.get(statement)?.text ?? null);
}

function unreadableRest(state: PainterState): string {
  const rest = state.result?.unfinished;
  if (!rest || state.result === null) return '';
  state.result = { ...state.result, unfinished: null };
  return noteLine(`(${counted(rest.seen, 'byte')} of the answer not readable)`);
}

/** A result without rows still shows its columns. */
function paintHeaderOnly(result: RunningResult, state: PainterState): string {
  if (result.table === null || result.table.headed) return '';
  const painting = paintTable(result.table, []);
  state.result = { ...result, table: painting.table };
  return painting.text;
}

function paintEnd(
  fields: EventFields<'outcome'>,
  payloads: Payloads,
  { hadTable, lacks }: { readonly hadTable: boolean; readonly lacks: readonly string[] | null },
): string {
  const took = styled('note', `${tookOf(fields)}${lacksOf(fields, lacks)}`) + NEW_LINE;
  const footer = `(${counted(fields.rows, 'row')})`;
  switch (fields.status) {
    case 'completed':
      if (!hadTable) return (fields.tag === '' ? 'completed' : painted(fields.tag)) + took;
      return (
        footer + took + NEW_LINE + (TAG_AFTER_ROWS.test(fields.tag) ? painted(fields.tag) + NEW_LINE : '')
      );
    case 'suspended':
      return `(${counted(fields.rows, 'row')}, more to fetch)${took}`;
    case 'empty':
      return noteLine('(empty statement)');
    case 'failed':
      return payloads['answer']
        ? ''
        : `${styled('error', `ERROR:  ${painted(fields.sqlstate ?? '')}`)}${NEW_LINE}`;
    case 'skipped':
      return noteLine('(skipped by the server: an earlier statement failed)');
    default:
      return lacks === null
        ? `${styled('warning', 'outcome unknown: the record ends before the server’s answer')}${NEW_LINE}`
        : noteLine('(outcome not recorded)');
  }
}

function tookOf({ duration: micros }: EventFields<'outcome'>): string {
  return micros === UNTOLD ? '' : ` · ${duration(micros)}`;
}

/** What an import's source does not tell of a result: never to be taken for a result that was empty. */
function lacksOf({ rows }: EventFields<'outcome'>, lacks: readonly string[] | null): string {
  if (lacks?.includes('rows') !== true) return '';
  return rows === UNTOLD ? ' · rows not recorded' : ` · ${counted(rows, 'row')}, not recorded`;
}
