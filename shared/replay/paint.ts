/**
 * *How* a session looks: an event → what the terminal is told to paint for it, like psql would show it. The only control
 * sequences in the text are the colours of palette.ts and CR LF; everything recorded goes through visible.ts, but for what a
 * terminal was told to show, which terminal-text.ts makes fit for it.
 */
import { decidedBy, endedAs, type Decided } from '../policy/recorded-decision.ts';
import { describeEvent } from '../recording/describe.ts';
import type { Event, EventFields, EventHeader, EventKind } from '../recording/event.ts';
import type { StoredEvent } from '../recording/record.ts';
import { paintComplaint } from './complaint.ts';
import { paintCopy, paintCopyEnd } from './copy.ts';
import { NEW_LINE, noteLine, type Role, styled } from './palette.ts';
import type { PainterState } from './painter-state.ts';
import { redactionWords } from './redacted.ts';
import { noteDescription, paintOutcome, paintRows } from './result.ts';
import { painted } from './shown.ts';
import { paintBind, paintParse, paintStatement, type Payloads, promptOf, rememberText } from './statement.ts';
import { isScreen, paintSize, paintTerminal } from './terminal.ts';
import { carriesOutRefusal, noteTold, saidByVote } from './told.ts';
import { visibleLine } from './visible.ts';
import { firstBody, readErrorFields, readTexts } from './wire.ts';
import { wrapWords } from './wrap.ts';

/** UTF-16 units of the player's own lines and of a notification's payload. */
const NOTE_LIMIT = 500;

/** psql's prompt for COPY data from the terminal. */
const COPY_MARK = '>> ';

/** Before what the player itself says. */
const OWN_MARK = '-- ';

type EventsByKind = { [K in EventKind]: EventHeader & { readonly kind: K; readonly fields: EventFields<K> } };
type Painters = {
  [K in EventKind]: (event: EventsByKind[K], payloads: Payloads, state: PainterState) => string;
};

/** Nothing on the screen: framing of the protocol, or an event of the log. */
const nothing = () => '';

const PAINTERS: Painters = {
  logOpened: nothing,
  recovered: nothing,
  heartbeat: nothing,
  logClosed: nothing,
  refusalsCounted: nothing,
  logHeads: nothing,
  recordingFailed: nothing,
  policyLoaded: nothing,
  signingKey: nothing,
  volumeRolled: nothing,
  redacted: nothing,
  anchored: nothing,
  volumeExpired: nothing,
  keysDestroyed: nothing,
  legalHold: nothing,
  sessionOpened: (event, payloads, state) => {
    state.connection = event.fields.connection;
    return note(event, payloads, state);
  },
  identity: note,
  ciContext: note,
  connected: note,
  sessionClosed: (event, _, state) =>
    isScreen(state) ? '' : remark(event, event.fields.sqlstate === null ? 'note' : 'error', state),
  observed: warning,
  startupSettings: note,
  ciMismatch: warning,
  identityChecked: note,
  imported: (event, payloads, state) => {
    state.lacks = event.fields.lacks;
    return note(event, payloads, state);
  },
  sourceEntry: nothing,
  policyApplied: note,
  assurance: note,

  statement: (event, payloads, state) => paintStatement(event.sequence, event.fields, payloads, state),
  parse: (event, payloads, state) => paintParse(event.sequence, event.fields, payloads, state),
  bind: (event, payloads, state) => paintBind(event.fields, payloads, state),
  close: nothing,
  sync: nothing,
  functionCall: note,
  copyIn: ({ fields }, payloads, state) => paintCopy(fields.statement, payloads['data'], COPY_MARK, state),
  copyInEnd: (event, _, state) =>
    paintCopyEnd(COPY_MARK, state) +
    (event.fields.failed ? remark(event, 'note', state) : `${styled('prompt', COPY_MARK)}\\.${NEW_LINE}`),
  cancel: (event, _, state) => `^C ${remark(event, 'note', state)}`,
  gatewayStatement: (event, _, state) =>
    carriesOutRefusal(event, state.told) ? '' : remark(event, 'warning', state),
  prepared: ({ sequence }, payloads, state) => {
    rememberText(sequence, payloads['text'], state);
    return '';
  },
  runs: nothing,
  decision: (event, _, state) => remark(event, ROLE_OF_DECISION[decidedBy(event.fields)], state),
  hold: paintHold,
  vote: (event, _, state) => remark(event, event.fields.verdict === 'approve' ? 'approved' : 'denied', state),
  holdEnded: (event, _, state) =>
    saidByVote(event, state.told) ? '' : remark(event, ROLE_OF_DECISION[endedAs(event.fields)], state),
  gatewayQuery: nothing,
  valuesMasked: masking,

  outcome: (event, payloads, state) =>
    paintCopyEnd('', state) +
    paintOutcome(event.sequence, event.fields, payloads, state) +
    ready(event.fields.transaction, state),
  rows: (event, payloads, state) => paintRows(event.sequence, event.fields, payloads, state),
  description: (event, payloads, state) => {
    noteDescription(event.sequence, event.fields, payloads['message'], state);
    return '';
  },
  copyOut: ({ fields }, payloads, state) => paintCopy(fields.statement, payloads['data'], '', state),
  ready: ({ fields }, _, state) =>
    state.atPrompt && state.transaction === fields.transaction ? '' : ready(fields.transaction, state),
  notice: (_, payloads) => paintNotice(payloads['message']),
  notification: (event, payloads) => paintNotification(event.fields, payloads['message']),
  parameterStatus: (event, payloads, state) => remark(event, 'note', state, secondText(payloads['message'])),
  transactionEnded: warning,
  replaced: nothing,
  gatewayAnswered: nothing,
  columnsMasked: (event, _, state) => {
    const { statement, ordinal, positions } = event.fields;
    state.masked = { statement, ordinal, positions };
    return remark(event, 'masked', state);
  },
  detected: masking,
  withheld: masking,
  terminalOutput: (_, payloads, state) => paintTerminal(payloads['data'], state),
  terminalInput: nothing,
  terminalResized: ({ fields }, _, state) => paintSize(fields, state),
  terminalMarked: (event, payloads, state) => (isScreen(state) ? '' : note(event, payloads, state)),
};

/**
 * The terminal text of one event, from the state after the event before it; changes `state`. Feed every event of a
 * session in order, steps or not: those that are no step paint little or nothing, and belong to the step after them.
 */
export function paintStep(stored: StoredEvent, state: PainterState): string {
  const { event, payloads } = stored;
  const wasAtPrompt = state.atPrompt;
  const own = paintEvent(event, payloads, state);
  const text = stored.redactions === undefined ? own : withRedactions(stored, own, state);
  noteTold(event, state.told);
  if (text === '') return '';
  if (event.kind !== 'outcome' && event.kind !== 'ready') state.atPrompt = false;
  // A statement goes on behind the prompt; whatever else comes leaves it behind.
  return wasAtPrompt && event.kind !== 'statement' ? NEW_LINE + text : text;
}

/** Who took something out is said beside what is left of it; an outcome may end with the prompt. */
function withRedactions(stored: StoredEvent, text: string, state: PainterState): string {
  if (isScreen(state)) return text;
  const said = redactionWords(stored)
    .map((words) => noteLine(`(${visibleLine(words, NOTE_LIMIT)})`))
    .join('');
  return stored.event.kind === 'outcome' ? said + text : text + said;
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the kind to its painter
function paintEvent<K extends EventKind>(
  event: EventsByKind[K],
  payloads: Payloads,
  state: PainterState,
): string {
  return PAINTERS[event.kind](event, payloads, state);
}

/** The prompt, once the server said that it is ready. */
function ready(transaction: string | null, state: PainterState): string {
  state.atPrompt = transaction !== null;
  if (transaction === null) return '';
  state.transaction = transaction;
  return styled('prompt', promptOf(state));
}

/** The event's sentence, as the player's own line. */
function note(event: Event, _: Payloads, state: PainterState): string {
  return remark(event, 'note', state);
}

/** The same, for what an investigator must not read over. */
function warning(event: Event, _: Payloads, state: PainterState): string {
  return remark(event, 'warning', state);
}

/** The same, for what somebody may not see. */
function masking(event: Event, _: Payloads, state: PainterState): string {
  return remark(event, 'masked', state);
}

function remark(event: Event, role: Role, state: PainterState, message: string | null = null): string {
  return ownLine(visibleLine(describeEvent(event, { text: null, message }), NOTE_LIMIT), role, state);
}

/** What the player says, behind its mark; where it does not fit on a line, it goes on below its beginning. */
function ownLine(sentence: string, role: Role, { columnsWide }: PainterState): string {
  const lines = wrapWords(sentence, columnsWide === null ? null : columnsWide - OWN_MARK.length);
  return lines
    .map(
      (line, index) => styled(role, (index === 0 ? OWN_MARK : ' '.repeat(OWN_MARK.length)) + line) + NEW_LINE,
    )
    .join('');
}

const ROLE_OF_DECISION: Readonly<Record<Decided, Role>> = {
  allowed: 'note',
  denied: 'denied',
  held: 'held',
  approved: 'approved',
  rejected: 'denied',
  timeout: 'denied',
  changed: 'denied',
  abandoned: 'warning',
  'observed-deny': 'warning',
  'observed-hold': 'warning',
};

/** What the agent was told, and on whom it waits. */
function paintHold({ fields }: EventsByKind['hold'], _: Payloads, state: PainterState): string {
  const { request, approvers, quorum, deadline } = fields;
  const who =
    approvers.length === 0
      ? 'a reviewer'
      : approvers.map((group) => visibleLine(group, NOTE_LIMIT)).join(' or ');
  const many = quorum === 1 ? '' : `, ${quorum} of them`;
  return (
    styled('held', `NOTICE:  held for approval (#${visibleLine(request, NOTE_LIMIT)})`) +
    NEW_LINE +
    ownLine(`Waits for ${who}${many}, until ${clock(deadline)}`, 'note', state)
  );
}

/** A wall clock in µs as a time of day, UTC; of a day that nobody has, what was recorded. */
function clock(micros: number): string {
  const time = new Date(micros / 1000);
  return Number.isNaN(time.getTime()) ? String(micros) : `${time.toISOString().slice(11, 19)} UTC`;
}

function paintNotice(bytes: Uint8Array | null | undefined): string {
  if (!bytes) return noteLine('(notice redacted)');
  const body = firstBody(bytes, 'N');
  const fields = body && readErrorFields(body);
  return fields ? paintComplaint(fields, null) : noteLine('(notice not readable)');
}

function paintNotification(
  fields: EventFields<'notification'>,
  bytes: Uint8Array | null | undefined,
): string {
  const body = bytes ? firstBody(bytes, 'A') : null;
  const payload = body === null ? '' : (readTexts(body, 4)[1] ?? '');
  const said = payload === '' ? '' : ` with payload "${painted(payload)}"`;
  return `Asynchronous notification "${painted(fields.channel)}"${said} received from server process with PID ${fields.backend}.${NEW_LINE}`;
}

function secondText(bytes: Uint8Array | null | undefined): string | null {
  const body = bytes ? firstBody(bytes, 'S') : null;
  return body === null ? null : (readTexts(body, 0)[1] ?? null);
}
