/** Events → steps: the points on a session's time line that a person can go to. Pure; fed with a session's events in order. */
import type { Step } from '../api/session.ts';
import { decidedBy, endedAs, type Decided } from '../policy/recorded-decision.ts';
import { describeEvent, type Words } from '../recording/describe.ts';
import { STATEMENT_STATUSES, type Event, type EventKind, type StatementStatus } from '../recording/event.ts';
import type { StoredEvent } from '../recording/record.ts';
import { clipBytes, decodeText } from './text.ts';
import { carriesOutRefusal, nothingTold, noteTold, type Told } from './told.ts';
import { visibleLine } from './visible.ts';
import { firstBody, readErrorFields, readTexts } from './wire.ts';

/** Which events are steps. The others are framing of the protocol or events of the log itself. */
const IS_STEP: Readonly<Record<EventKind, boolean>> = {
  logOpened: false,
  recovered: false,
  heartbeat: false,
  logClosed: false,
  refusalsCounted: false,
  logHeads: false,
  recordingFailed: false,
  policyLoaded: false,
  signingKey: false,
  volumeRolled: false,
  redacted: false,
  anchored: false,
  volumeExpired: false,
  keysDestroyed: false,
  legalHold: false,
  sessionOpened: true,
  identity: true,
  ciContext: true,
  connected: true,
  sessionClosed: true,
  observed: true,
  startupSettings: true,
  ciMismatch: true,
  identityChecked: true,
  imported: true,
  sourceEntry: false,
  policyApplied: true,
  assurance: true,
  statement: true,
  parse: true,
  bind: true,
  close: false,
  sync: false,
  functionCall: true,
  copyIn: true,
  copyInEnd: true,
  cancel: true,
  gatewayStatement: true,
  prepared: false,
  runs: false,
  decision: true,
  hold: true,
  vote: true,
  holdEnded: true,
  gatewayQuery: false,
  valuesMasked: true,
  outcome: true,
  rows: true,
  description: false,
  copyOut: true,
  ready: false,
  notice: true,
  notification: true,
  parameterStatus: true,
  transactionEnded: true,
  replaced: false,
  gatewayAnswered: false,
  columnsMasked: true,
  detected: true,
  withheld: true,
  terminalOutput: true,
  terminalInput: true,
  terminalResized: true,
  terminalMarked: true,
};

/** Longest label, in UTF-16 units: one line of a wide window. */
const LABEL_LENGTH = 240;

/** Bytes of a text that are decoded for a label: enough for {@link LABEL_LENGTH} after runs of white space collapse. */
const LABEL_BYTES = 2000;

/** Prepared texts kept for later statements to refer to: well above what a driver keeps prepared in one session. */
const REMEMBERED_TEXTS = 5000;

/** What the time line remembers between events. */
export interface TimelineState {
  /** One-line texts by the sequence of the event that held them, least recently used first. */
  readonly texts: Map<number, string>;
  readonly told: Told;
  /** Finds the SQL in the payload of an event that was not fed; null where it is not there. */
  readonly earlier: (sequence: number) => Uint8Array | null;
}

/** The state before the first event that is fed; `earlier` looks up what those before it said, where there are any. */
export function newTimelineState(earlier: TimelineState['earlier'] = () => null): TimelineState {
  return { texts: new Map(), told: nothingTold(), earlier };
}

/** The step an event is; null when it is none. Changes `state`: feed every event of the session once, in order. */
export function stepOf(stored: StoredEvent, state: TimelineState): Step | null {
  const { event } = stored;
  if (event.kind === 'prepared') textOf(stored, state); // no step, but later ones refer to its text
  const point = pointOf(event, state.told);
  if (point === null) return null;
  const label = describeEvent(event, wordsOf(stored, state));
  return { ...point, label: visibleLine(label, LABEL_LENGTH) };
}

/** A step but for its words: all that its event alone tells, without the payloads beside it. */
export type Point = Omit<Step, 'label'>;

/** The point an event is; null when it is none. Changes `told`: feed every event of the session once, in order. */
export function pointOf(event: Event, told: Told): Point | null {
  noteTold(event, told);
  if (event.session === null || !IS_STEP[event.kind] || carriesOutRefusal(event, told)) return null;
  return {
    sequence: event.sequence,
    time: event.time,
    kind: event.kind,
    statement: 'statement' in event.fields ? event.fields.statement : null,
    ordinal: 'ordinal' in event.fields ? event.fields.ordinal : null,
    status: event.kind === 'outcome' ? statusOf(event.fields.status) : null,
    rows: rowsOf(event),
    sqlstate: 'sqlstate' in event.fields ? event.fields.sqlstate : null,
    decision: decisionOf(event),
  };
}

/** Of a terminal, rows are its height; of a result that the source of an import does not count, none are known. */
function rowsOf({ kind, fields }: Event): number {
  return kind !== 'terminalResized' && 'rows' in fields ? Math.max(0, fields.rows) : 0;
}

function decisionOf(event: Event): Decided | null {
  if (event.kind === 'decision') return decidedBy(event.fields);
  return event.kind === 'holdEnded' ? endedAs(event.fields) : null;
}

/** A status this version does not know says nothing about the outcome. */
function statusOf(status: string): StatementStatus {
  return STATEMENT_STATUSES.find((known) => known === status) ?? 'unknown';
}

function wordsOf(stored: StoredEvent, state: TimelineState): Words {
  return { text: textOf(stored, state), message: messageOf(stored) };
}

function textOf({ event, payloads }: StoredEvent, { texts, earlier }: TimelineState): string | null {
  if (event.kind === 'terminalOutput' || event.kind === 'terminalInput') {
    const { data } = payloads;
    return data ? decodeText(clipBytes(data, LABEL_BYTES)) : null;
  }
  const own = payloads['text'];
  if (own) {
    const text = lineOf(own);
    remember(texts, event.sequence, text);
    return text;
  }
  const parsedAt = parsedAtOf(event);
  if (parsedAt === null) return null;
  const known = texts.get(parsedAt);
  const found = known === undefined ? earlier(parsedAt) : null;
  const text = known ?? (found === null ? null : lineOf(found));
  if (text !== null) remember(texts, parsedAt, text);
  return text;
}

function lineOf(text: Uint8Array): string {
  return visibleLine(decodeText(clipBytes(text, LABEL_BYTES)), LABEL_LENGTH);
}

function parsedAtOf(event: Event): number | null {
  return event.kind === 'statement' || event.kind === 'bind' ? event.fields.parsedAt : null;
}

function remember(texts: Map<number, string>, sequence: number, text: string): void {
  texts.delete(sequence);
  texts.set(sequence, text);
  if (texts.size <= REMEMBERED_TEXTS) return;
  const [oldest] = texts.keys();
  if (oldest !== undefined) texts.delete(oldest);
}

/** Message of an error, notice or notification, or a parameter's value, read from the wire message as relayed. */
function messageOf({ event, payloads }: StoredEvent): string | null {
  if (event.kind === 'outcome' && event.fields.status === 'failed')
    return errorMessage(payloads['answer'], 'E');
  if (event.kind === 'notice') return errorMessage(payloads['message'], 'N');
  if (event.kind === 'notification') return secondText(payloads['message'], 'A', 4);
  if (event.kind === 'parameterStatus') return secondText(payloads['message'], 'S', 0);
  return null;
}

function errorMessage(bytes: Uint8Array | null | undefined, type: 'E' | 'N'): string | null {
  const body = bytes ? firstBody(bytes, type) : null;
  return (body && readErrorFields(body)?.message) ?? null;
}

/** ParameterStatus and NotificationResponse hold a name and a value. */
function secondText(bytes: Uint8Array | null | undefined, type: 'A' | 'S', at: number): string | null {
  const body = bytes ? firstBody(bytes, type) : null;
  return (body && readTexts(body, at)[1]) ?? null;
}
