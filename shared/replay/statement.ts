/** What the agent asked, as typed at psql's prompt, with its parameters below. */
import { counted } from '../recording/describe.ts';
import type { EventFields } from '../recording/event.ts';
import { NEW_LINE, noteLine, styled } from './palette.ts';
import { type PainterState, remember } from './painter-state.ts';
import { type Parameter, readParameters } from './parameters.ts';
import { clipped, moreNote, painted } from './shown.ts';
import { clipBytes, decodeText } from './text.ts';
import { isNumericType } from './types.ts';
import { clipText, visible, visibleLine } from './visible.ts';

/** UTF-16 units of a statement's text that are shown, and bytes of it that are remembered for later steps. */
const TEXT_LIMIT = 8000;
const REMEMBERED_BYTES = 64 * 1024;

/** Parameters that are shown, and UTF-16 units of each. */
const PARAMETER_LIMIT = 50;
const PARAMETER_TEXT_LIMIT = 500;

/** UTF-16 units of a connection's name in the prompt: the longest name PostgreSQL has. */
const PROMPT_LIMIT = 63;

/** The values beside an event: null when redacted. */
export type Payloads = Readonly<Record<string, Uint8Array | null>>;

/** `shop=> `, `shop=*> ` in a transaction, `shop=!> ` in a failed one; `-` in place of `=` where a statement goes on. */
export function promptOf(state: PainterState, continued = false): string {
  const marks: Readonly<Record<string, string>> = { T: '*', E: '!' };
  return `${visibleLine(state.connection, PROMPT_LIMIT)}${continued ? '-' : '='}${marks[state.transaction] ?? ''}> `;
}

/** A statement at the prompt; begins the prompt's line unless it is on screen already. */
export function paintStatement(
  sequence: number,
  fields: EventFields<'statement'>,
  payloads: Payloads,
  state: PainterState,
): string {
  const own = rememberText(sequence, payloads['text'], state);
  const text = own ?? (fields.parsedAt === null ? null : (state.texts.get(fields.parsedAt) ?? null));
  remember(state.statements, fields.statement, { text, resultFormats: fields.resultFormats });
  if (own !== null && fields.name !== null)
    remember(state.parameterTypes, fields.name, fields.parameterTypes);
  const begin = state.atPrompt ? '' : styled('prompt', promptOf(state));
  const typed =
    text === null ? noteLine(missingText(fields, payloads)) : typedText(text, payloads['text'], state);
  return (
    begin +
    typed +
    paintParameters(fields.boundAt, payloads['parameters'], typesOf(fields, state), fields.parameterFormats)
  );
}

/** A text prepared ahead of its use. */
export function paintParse(
  sequence: number,
  fields: EventFields<'parse'>,
  payloads: Payloads,
  state: PainterState,
): string {
  const text = rememberText(sequence, payloads['text'], state);
  remember(state.statements, 0, { text, resultFormats: [] });
  remember(state.parameterTypes, fields.name, fields.parameterTypes);
  const name = fields.name === '' ? '' : ` ${visible(fields.name)}`;
  return noteLine(`-- prepare${name}`) + (text === null ? noteLine('(text redacted)') : indented(text));
}

/** Parameters bound ahead of their use. */
export function paintBind(fields: EventFields<'bind'>, payloads: Payloads, state: PainterState): string {
  const name = fields.name === '' ? 'the unnamed statement' : visible(fields.name);
  const types = state.parameterTypes.get(fields.name) ?? [];
  return (
    noteLine(`-- bind ${fields.portal === '' ? '' : `${visible(fields.portal)} `}to ${name}`) +
    paintParameters(null, payloads['parameters'], types, fields.parameterFormats)
  );
}

/** Keeps a text for the events that refer to the one that held it. */
export function rememberText(
  sequence: number,
  bytes: Uint8Array | null | undefined,
  state: PainterState,
): string | null {
  if (!bytes) return null;
  const text = decodeText(clipBytes(bytes, REMEMBERED_BYTES));
  remember(state.texts, sequence, text);
  return text;
}

function missingText(fields: EventFields<'statement'>, payloads: Payloads): string {
  if (payloads['text'] === null) return '(text redacted)';
  return fields.parsedAt === null ? '(no text recorded)' : `(text prepared at event ${fields.parsedAt})`;
}

function typedText(text: string, bytes: Uint8Array | null | undefined, state: PainterState): string {
  const lines = linesOf(clipText(text, TEXT_LIMIT));
  const continuation = NEW_LINE + styled('prompt', promptOf(state, true));
  return lines.join(continuation) + cutNote(text, bytes) + NEW_LINE;
}

function indented(text: string): string {
  return `  ${linesOf(clipText(text, TEXT_LIMIT)).join(`${NEW_LINE}  `)}${cutNote(text, undefined)}${NEW_LINE}`;
}

/** Lines ready for the terminal; the line ends at the end of the text make no line, tabs become four spaces. */
function linesOf(text: string): string[] {
  const lines = text.replace(/[\r\n]+$/, '').split(/\r?\n/);
  return lines.map((line) => painted(line.replaceAll('\t', '    ')));
}

/** `text` may itself be cut from `bytes`, of which then nobody counted the characters. */
function cutNote(text: string, bytes: Uint8Array | null | undefined): string {
  const more = text.length - TEXT_LIMIT;
  if (bytes && bytes.length > REMEMBERED_BYTES) {
    return NEW_LINE + styled('note', moreNote(bytes.length - TEXT_LIMIT, 'byte', 'Statement'));
  }
  return more > 0 ? NEW_LINE + styled('note', moreNote(more, 'character', 'Statement')) : '';
}

function typesOf(fields: EventFields<'statement'>, state: PainterState): readonly number[] {
  if (fields.parameterTypes.length > 0 || fields.name === null) return fields.parameterTypes;
  return state.parameterTypes.get(fields.name) ?? [];
}

function paintParameters(
  boundAt: number | null,
  bytes: Uint8Array | null | undefined,
  types: readonly number[],
  formats: readonly number[],
): string {
  if (boundAt !== null) return noteLine(`  (parameters bound at event ${boundAt})`);
  if (bytes === undefined) return '';
  if (bytes === null) return noteLine('  (parameters redacted)');
  const parameters = readParameters(bytes, types, formats);
  if (parameters === null)
    return noteLine(`  (${counted(bytes.length, 'byte')} of parameters, not readable)`);
  const hidden = parameters.length - PARAMETER_LIMIT;
  return (
    parameters.slice(0, PARAMETER_LIMIT).map(paintParameter).join('') +
    (hidden > 0 ? noteLine(`  ${moreNote(hidden, 'parameter', 'Parameters')}`) : '')
  );
}

function paintParameter({ text, type, typeOid }: Parameter, index: number): string {
  const name = styled('note', `  $${index + 1} = `);
  return `${name}${text === null ? styled('null', 'NULL') : literal(text, typeOid)}${styled('note', ` ${type}`)}${NEW_LINE}`;
}

function literal(text: string, typeOid: number): string {
  const quoted = isNumericType(typeOid) ? text : `'${text.replaceAll("'", "''")}'`;
  return clipped(quoted, PARAMETER_TEXT_LIMIT, 'Parameters').painted;
}
