/** What a statement asked, read from the events that hold its text and its parameters. */
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { type Parameter, readParameters } from '../../../shared/replay/parameters.ts';
import { decodeText } from '../../../shared/replay/text.ts';
import { readMessages, readParameterTypes } from '../../../shared/replay/wire.ts';

/** Why a text or a parameter is not there. */
type Missing = 'redacted' | 'not recorded' | 'not readable' | 'not sent';

/** What was asked. */
export interface Asked {
  /** Whole; or why it is not there. */
  readonly text: string | { readonly missing: Missing };
  readonly parameters: readonly Parameter[] | { readonly missing: Missing };
}

/** Of what is no SQL: a function call of the protocol. */
export const NOT_ASKED: Asked = { text: { missing: 'not recorded' }, parameters: [] };

/** A statement's event, with those that prepared and bound it where these came before. */
export interface Holders {
  readonly intent: StoredEvent;
  readonly prepared: StoredEvent | null;
  readonly bound: StoredEvent | null;
}

/** Text and parameters; `described` are the types that the server told of these. */
export function askedOf(holders: Holders, described: readonly number[]): Asked {
  if (holders.intent.event.kind !== 'statement') return NOT_ASKED;
  return { text: textOf(holders), parameters: parametersOf(holders, described) };
}

/** Lists have each SQL statement's own part of a text, cut where it is long: that one is taken from the text itself. */
export function ownText(
  { text: listed, textTruncated }: { readonly text: string; readonly textTruncated: boolean },
  text: Asked['text'],
): Asked['text'] {
  if (typeof text !== 'string') return text;
  if (!textTruncated) return listed === '' ? text : listed;
  const start = text.indexOf(listed);
  return start < 0 ? text : text.slice(start);
}

/** Types of parameters, by name of the prepared statement, where an event tells them. */
export function describedTypes({
  event,
  payloads,
}: StoredEvent): { readonly name: string; readonly types: readonly number[] } | null {
  if (event.kind !== 'description' || event.fields.target !== 'S') return null;
  const bytes = payloads['message'];
  const message = bytes && readMessages(bytes).messages.find(({ type }) => type === 't');
  const types = message ? readParameterTypes(message.body) : null;
  return types && { name: event.fields.name, types };
}

/** Behind what was kept of a text. */
const PARTLY = ' [partly redacted]';

function textOf({ intent, prepared }: Holders): Asked['text'] {
  const bytes = intent.payloads['text'] ?? prepared?.payloads['text'];
  const cut = intent.redactions?.['text'] ?? prepared?.redactions?.['text'];
  if (bytes) return decodeText(bytes) + (cut === undefined ? '' : PARTLY);
  const gone = intent.payloads['text'] === null || prepared?.payloads['text'] === null;
  return { missing: gone ? 'redacted' : 'not recorded' };
}

function parametersOf(holders: Holders, described: readonly number[]): Asked['parameters'] {
  const holder = holders.bound ?? holders.intent;
  const bytes = holder.payloads['parameters'];
  if (bytes === null) return { missing: 'redacted' };
  if (bytes === undefined) return [];
  const { fields } = holder.event;
  const formats = 'parameterFormats' in fields ? fields.parameterFormats : [];
  return readParameters(bytes, typesOf(holders, described), formats) ?? { missing: 'not readable' };
}

function typesOf({ intent, prepared }: Holders, described: readonly number[]): readonly number[] {
  const { event } = intent;
  if (event.kind !== 'statement') return [];
  if (event.fields.parameterTypes.length > 0) return event.fields.parameterTypes;
  const declared =
    prepared !== null && 'parameterTypes' in prepared.event.fields
      ? prepared.event.fields.parameterTypes
      : [];
  return declared.length > 0 ? declared : described;
}
