/** The transcript of a recorded session, put together from the events of its segments. */
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { readMessages } from '../../../shared/replay/wire.ts';
import { NO_PORTAL, said, type SaidIntent, type SaidResult, type Transcript } from './transcript.ts';

type Payloads = StoredEvent['payloads'];
type EventOf<K extends StoredEvent['event']['kind']> = Extract<StoredEvent['event'], { kind: K }>;

interface Recording {
  readonly intent: SaidIntent;
  readonly results: SaidResult[];
  readonly copyIn: Uint8Array[];
  copyInEnd: string;
}

/** What the events say was said. */
export function transcriptOf(events: readonly StoredEvent[]): Transcript {
  const bySequence = new Map(events.map((stored) => [stored.event.sequence, stored]));
  const statements = new Map<number, Recording>();
  const orphanErrors: string[] = [];
  const asides: string[] = [];
  /** Answers and COPY data of the result under way, by statement. */
  const answers = new Map<number, Uint8Array[]>();
  const copies = new Map<number, Uint8Array[]>();

  for (const { event, payloads } of events) {
    switch (event.kind) {
      case 'statement':
        statements.set(event.fields.statement, {
          intent: intentOf(event, payloads, bySequence),
          results: [],
          copyIn: [],
          copyInEnd: '',
        });
        break;
      case 'functionCall': {
        const text = said([present(payloads, 'message')]);
        const intent = { ...NO_PORTAL, protocol: 'function', text } as const;
        statements.set(event.fields.statement, { intent, results: [], copyIn: [], copyInEnd: '' });
        break;
      }
      case 'rows':
        append(answers, event.fields.statement, present(payloads, 'answer'));
        break;
      case 'copyOut':
        append(copies, event.fields.statement, present(payloads, 'data'));
        break;
      case 'copyIn':
        statements.get(event.fields.statement)?.copyIn.push(present(payloads, 'data'));
        break;
      case 'copyInEnd': {
        const recording = statements.get(event.fields.statement);
        if (recording !== undefined)
          recording.copyInEnd = event.fields.failed ? `fail: ${event.fields.reason}` : 'done';
        break;
      }
      case 'outcome': {
        const { statement } = event.fields;
        if (event.fields.answer !== null) append(answers, statement, present(payloads, 'answer'));
        const result = resultOf(event, take(answers, statement), take(copies, statement), bySequence);
        const recording = statements.get(statement);
        if (recording === undefined) orphanErrors.push(result.error);
        else recording.results.push(result);
        break;
      }
      case 'notice':
      case 'notification':
      case 'parameterStatus':
        asides.push(said([present(payloads, 'message')]));
        break;
      default:
    }
  }
  const told = [...statements.values()].map(({ intent, results, copyIn, copyInEnd }) => ({
    intent,
    results,
    copyIn: said(copyIn),
    copyInEnd,
  }));
  return { statements: told, orphanErrors, asides };
}

function intentOf(
  { fields }: EventOf<'statement'>,
  payloads: Payloads,
  bySequence: ReadonlyMap<number, StoredEvent>,
): SaidIntent {
  const bound = fields.boundAt === null ? null : bySequence.get(fields.boundAt);
  const binding =
    bound?.event.kind === 'bind' || bound?.event.kind === 'statement' ? bound.event.fields : fields;
  const parsed = fields.parsedAt === null ? null : bySequence.get(fields.parsedAt);
  const parsing =
    parsed?.event.kind === 'parse' || parsed?.event.kind === 'statement' ? parsed.event.fields : fields;
  const text = (parsed?.payloads ?? payloads)['text'];
  const parameters = (bound?.payloads ?? payloads)['parameters'];
  return {
    protocol: fields.protocol === 'simple' ? 'simple' : 'extended',
    text: text === undefined || text === null ? '' : Buffer.from(text).toString(),
    parameterTypes: parsing.parameterTypes,
    parameterFormats: binding.parameterFormats,
    parameters: said(parameters === undefined || parameters === null ? [] : [parameters]),
    resultFormats: binding.resultFormats,
    maxRows: fields.maxRows,
  };
}

function resultOf(
  { fields }: EventOf<'outcome'>,
  answer: readonly Uint8Array[],
  copyOut: readonly Uint8Array[],
  bySequence: ReadonlyMap<number, StoredEvent>,
): SaidResult {
  const messages = wholeMessages(Buffer.concat(answer));
  const own = messages.filter(({ type }) => type === 'T').map(({ bytes }) => bytes);
  const columns =
    own.length > 0 || fields.describedAt === null ? own : describedIn(bySequence.get(fields.describedAt));
  const rows = messages.filter(({ type }) => type === 'D' || type === 'V').map(({ bytes }) => bytes);
  return {
    status: fields.status,
    tag: fields.tag,
    columns: said(fields.status === 'failed' && rows.length === 0 ? [] : columns),
    rows: said(rows),
    rowCount: fields.rows,
    error: said(messages.filter(({ type }) => type === 'E').map(({ bytes }) => bytes)),
    copyOut: said(copyOut),
  };
}

/** The RowDescription that another event's payload holds. */
function describedIn(stored: StoredEvent | undefined): Uint8Array[] {
  const payload = stored?.payloads['answer'] ?? stored?.payloads['message'] ?? null;
  if (payload === null) throw new Error('describedAt points to an event without a description');
  return wholeMessages(payload)
    .filter(({ type }) => type === 'T')
    .map(({ bytes }) => bytes);
}

function wholeMessages(bytes: Uint8Array): { readonly type: string; readonly bytes: Uint8Array }[] {
  const { messages, rest } = readMessages(bytes);
  if (rest.length > 0) throw new Error(`${rest.length} bytes of the record are no whole message`);
  let at = 0;
  return messages.map(({ type, body }) => {
    const from = at;
    at += 5 + body.length;
    return { type, bytes: bytes.subarray(from, at) };
  });
}

function present(payloads: Payloads, name: string): Uint8Array {
  const value = payloads[name];
  if (value === undefined || value === null) throw new Error(`the event has no payload ${name}`);
  return value;
}

function append(lists: Map<number, Uint8Array[]>, key: number, value: Uint8Array): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function take(lists: Map<number, Uint8Array[]>, key: number): Uint8Array[] {
  const list = lists.get(key) ?? [];
  lists.delete(key);
  return list;
}
