/** What is known of one statement: its intent with text and parameters, wherever these were sent. */
import type { EventFields } from '../../shared/recording/event.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { readParameters, type Parameter } from '../../shared/replay/parameters.ts';
import { clipBytes, decodeText } from '../../shared/replay/text.ts';
import { readMessages, readParameterTypes } from '../../shared/replay/wire.ts';
import { redactionWords } from '../../shared/replay/redacted.ts';
import type { LoadEvent } from './result.ts';
import type { Segments } from './segments.ts';

export interface StatementDetail {
  readonly intent: StoredEvent;
  readonly protocol: string;
  /** Of the prepared statement; '' is the unnamed one, null for the simple protocol. */
  readonly name: string | null;
  readonly portal: string | null;
  /** The SQL; when it is missing, why: redacted, not recorded, or a call of a function. */
  readonly text: string;
  readonly textMissing: boolean;
  /** Of the whole text, of which {@link text} is the beginning where it has more than a megabyte. */
  readonly textBytes: number;
  /** Sequence of the event that held the text, when it was prepared before. */
  readonly parsedAt: number | null;
  readonly boundAt: number | null;
  /** Null when redacted or unreadable; empty when the statement has none. */
  readonly parameters: readonly Parameter[] | null;
  readonly resultFormats: readonly number[];
  /** Secrets were taken out of the text or the parameters. */
  readonly masked: boolean;
}

/** Bytes of a text that are read: those that are shown, and where an error may point. */
const TEXT_BYTES = 1024 * 1024;

/** The SQL of a statement as it was recorded; null when it is not. */
export async function recordedText(
  segments: Segments,
  { intent, parsedAt }: StatementDetail,
): Promise<Uint8Array | null> {
  const prepared = parsedAt === null ? null : await segments.event(parsedAt);
  return intent.payloads['text'] ?? prepared?.payloads['text'] ?? null;
}

/** Loads the detail of the statement whose intent is at `sequence`; null when the archive does not hold it. */
export async function loadStatement(segments: Segments, sequence: number): Promise<StatementDetail | null> {
  const load: LoadEvent = (at) => segments.event(at);
  const intent = await load(sequence);
  if (intent === null) return null;
  const { event } = intent;
  if (event.kind !== 'statement') {
    return event.kind === 'functionCall'
      ? { ...NOTHING, intent, protocol: 'function call', text: callOf(event.fields.function) }
      : { ...NOTHING, intent, protocol: event.kind };
  }
  const { fields } = event;
  const prepared = fields.parsedAt === null ? null : await load(fields.parsedAt);
  const bound = fields.boundAt === null ? null : await load(fields.boundAt);
  const bytes = intent.payloads['text'] ?? prepared?.payloads['text'] ?? null;
  const text = bytes === null ? null : decodeText(clipBytes(bytes, TEXT_BYTES));
  return {
    intent,
    protocol: fields.protocol,
    name: fields.name,
    portal: fields.portal,
    text: text ?? missingWord(intent, prepared),
    textMissing: text === null,
    textBytes: bytes?.length ?? 0,
    parsedAt: fields.parsedAt,
    boundAt: fields.boundAt,
    parameters: await parametersOf(intent, fields, prepared, bound, segments),
    resultFormats: bound?.event.kind === 'bind' ? bound.event.fields.resultFormats : fields.resultFormats,
    masked: [intent, prepared, bound].some(isMasked),
  };
}

const NOTHING: Omit<StatementDetail, 'intent' | 'protocol'> = {
  name: null,
  portal: null,
  text: 'text not recorded',
  textMissing: true,
  textBytes: 0,
  parsedAt: null,
  boundAt: null,
  parameters: [],
  resultFormats: [],
  masked: false,
};

/** A FunctionCall names its function by the OID alone (PostgreSQL manual, §54.7). */
function callOf(oid: number): string {
  return `a call of the function with OID ${oid}, which has no SQL (see Raw for its arguments)`;
}

function isMasked(stored: StoredEvent | null): boolean {
  return stored !== null && 'masked' in stored.event.fields && stored.event.fields.masked;
}

function missingWord(intent: StoredEvent, prepared: StoredEvent | null): string {
  const [words] = [intent, prepared].flatMap((stored) =>
    stored === null ? [] : redactionWords(stored, 'text'),
  );
  if (words !== undefined) return words;
  return intent.payloads['text'] === null || prepared?.payloads['text'] === null
    ? 'text redacted'
    : 'text not recorded';
}

async function parametersOf(
  intent: StoredEvent,
  fields: EventFields<'statement'>,
  prepared: StoredEvent | null,
  bound: StoredEvent | null,
  segments: Segments,
): Promise<readonly Parameter[] | null> {
  const bytes = intent.payloads['parameters'] ?? bound?.payloads['parameters'];
  if (bytes === null) return null;
  if (bytes === undefined) return [];
  const formats =
    bound?.event.kind === 'bind' ? bound.event.fields.parameterFormats : fields.parameterFormats;
  return readParameters(bytes, await parameterTypes(fields, prepared, segments), formats);
}

/** Declared in Parse; what the agent left to the server stands in the answer to its Describe, when it asked. */
async function parameterTypes(
  fields: EventFields<'statement'>,
  prepared: StoredEvent | null,
  segments: Segments,
): Promise<readonly number[]> {
  if (fields.parameterTypes.length > 0) return fields.parameterTypes;
  if (prepared === null) return [];
  const declared = 'parameterTypes' in prepared.event.fields ? prepared.event.fields.parameterTypes : [];
  if (declared.length > 0) return declared;
  const { sequence } = prepared.event;
  const near = await segments.at(segments.indexOf(sequence));
  const description = near.find(
    ({ event }) =>
      event.kind === 'description' &&
      event.sequence > sequence &&
      event.fields.target === 'S' &&
      event.fields.name === fields.name,
  );
  const bytes = description?.payloads['message'];
  if (bytes === undefined || bytes === null) return [];
  const message = readMessages(bytes).messages.find(({ type }) => type === 't');
  return (message && readParameterTypes(message.body)) ?? [];
}
