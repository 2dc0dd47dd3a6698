/** Every kind of event as one sentence for people. A kind without a sentence does not compile. */
import { UNTOLD, type Event, type EventHeader, type EventFields, type EventKind } from './event.ts';

/** What a sentence needs from the payloads beside the event; null when they are redacted or not at hand. */
export interface Words {
  /** Text of the statement that the event is, or refers to; what a terminal showed or was typed. */
  readonly text: string | null;
  /** Message of the error, notice or notification, or the value of the parameter. */
  readonly message: string | null;
}

type EventsByKind = { [K in EventKind]: EventHeader & { readonly kind: K; readonly fields: EventFields<K> } };
type Sentences = { [K in EventKind]: (fields: EventFields<K>, words: Words) => string };

const SENTENCES: Sentences = {
  logOpened: (f) => `Recorder ${f.software} opened its log, start ${f.boot}, durability ${f.durability}`,
  recovered: (f) =>
    `Log recovered after a crash: ${counted(f.droppedBytes, 'byte')} of an unfinished event dropped`,
  heartbeat: (f) => `Recorder alive with ${counted(f.sessions, 'session')}`,
  logClosed: (f) => `Log closed with ${counted(f.sessions, 'session')} open`,
  refusalsCounted: (f) =>
    `${counted(f.count, 'connection')} from ${f.network} refused before authentication: ${f.reason}`,
  logHeads: (f) =>
    `${counted(f.logs.length, 'log')} of this gateway on disk with ${f.events.map(grouped).join(', ')} events`,
  recordingFailed: (f) =>
    `Recording failed, and all sessions were ended (${f.code}): ${f.reason}` +
    (f.dropped === 0 ? '' : `; ${counted(f.dropped, 'event')} that never reached the disk dropped`),
  policyLoaded: (f) => `Policy ${shortHash(f.hash)} loaded, mode ${f.mode}`,
  signingKey: (f) =>
    `Checkpoints are signed with key ${shortHash(f.key)}${f.previous === null ? '' : `, no longer with ${shortHash(f.previous)}`}` +
    (f.reason === '' ? '' : `: ${f.reason}`),
  volumeRolled: (f) => `Volume ${f.number} of the log begins (${f.reason})`,
  redacted: (f) =>
    `${f.by} took ${counted(f.length, 'byte')} out of event ${grouped(f.event)} (${f.field}): ${f.reason}`,
  anchored: (f) =>
    f.error === null
      ? `Checkpoint of ${counted(f.size, 'event')} left with ${f.kind} ${f.target}`
      : `Checkpoint of ${counted(f.size, 'event')} not taken by ${f.kind} ${f.target}: ${f.error}`,
  volumeExpired: (f) =>
    `Volume of events ${grouped(f.first)} to ${grouped(f.next - 1)}, ${counted(f.statements, 'statement')}, removed: ${f.reason}`,
  keysDestroyed: (f) =>
    `${f.by} destroyed the keys of the values of ${f.session === null ? 'the log itself' : `session ${shortHash(f.session)}`} in remote stores: ${f.reason}`,
  legalHold: (f) =>
    `${f.by} ${f.action} the legal hold ${f.hold} on ${f.filter === '' ? 'everything' : `what matches ${f.filter}`}: ${f.reason}`,

  sessionOpened: (f) =>
    `Session opened to ${f.connection || 'an unrecorded database'} by ${f.user || (f.durability === 'imported' ? 'an unrecorded user' : 'nobody')}${fromWhere(f)}` +
    (f.applicationName === '' ? '' : ` as ${f.applicationName}`) +
    (f.tls ? ' over TLS' : ''),
  identity: (f) => `Token of ${f.subject} verified, issued by ${f.issuer}`,
  ciContext: (f) => `CI job ${f.provider}/${f.run}/${f.job}, ${f.provenance}`,
  connected: (f) => `Connected to ${f.database} on ${f.host}:${f.port} as ${f.user}, server ${f.server}`,
  sessionClosed: (f) =>
    (f.outcome === 'unknown' ? 'End of the session not recorded' : `Session ${f.outcome}`) +
    (f.reason === '' ? '' : `: ${f.reason}`),
  ciMismatch: (f) =>
    `CI job ${f.asserted} asserted in ${f.where}, but the session is ${f.job}, ${f.provenance}`,
  identityChecked: (f) =>
    `Token (${f.token}) ${f.result} by introspection at ${f.issuer}${f.detail === '' ? '' : `: ${f.detail}`}`,
  startupSettings: (f) => `Settings at start-up: ${f.settings.join(', ')}`,
  observed: (f) => `Let pass because the gateway only observes (${f.rule}): ${f.detail}`,
  imported: (f) =>
    `Read from ${f.file} (${f.format})${f.lacks.length === 0 ? '' : `, which does not record ${f.lacks.join(', ')}`}`,
  sourceEntry: (f) =>
    f.problem === null
      ? `Line ${grouped(f.line)} of the source`
      : `Line ${grouped(f.line)} cannot be read: ${f.problem}`,
  policyApplied: (f) => `Policy ${shortHash(f.hash)} in force, mode ${f.mode}`,
  assurance: (f) =>
    f.columns.length === 0
      ? 'No column of the database is masked'
      : `${counted(f.columns.length, 'column')} masked: ${f.columns.map((column, i) => `${column} by the ${f.levels[i]}`).join(', ')}`,

  statement: (f, words) =>
    (words.text === '' ? '(empty)' : words.text) ?? unreadable(f.text === null ? f.parsedAt : null),
  parse: (f, words) =>
    `Prepare ${nameOr(f.name, 'the unnamed statement')}: ${words.text ?? unreadable(null)}`,
  bind: (f, words) =>
    `Bind ${nameOr(f.portal, 'the unnamed portal')} to ${words.text ?? nameOr(f.name, 'the unnamed statement')}`,
  close: (f) =>
    f.target === 'P'
      ? `Close ${nameOr(f.name, 'the unnamed portal')}`
      : `Deallocate ${nameOr(f.name, 'the unnamed statement')}`,
  sync: () => 'Sync',
  functionCall: (f) => `Call of function ${f.function} by its OID`,
  copyIn: (f) => `${counted(f.bytes, 'byte')} sent by COPY`,
  copyInEnd: (f) => (f.failed ? `COPY given up by the agent: ${f.reason}` : 'COPY data complete'),
  cancel: (f) =>
    `Cancel request from ${f.clientAddress} ${f.accepted ? 'passed on' : 'while nothing was running'}`,
  gatewayStatement: (f) => `Refused: ${f.reason}; the gateway made the server fail in its place`,
  prepared: (f, words) =>
    `${f.target === 'P' ? 'Cursor' : 'Prepared statement'} ${f.name}: ${words.text ?? unreadable(null)}`,
  runs: (f, words) =>
    `${f.target === 'P' ? 'Cursor' : 'Prepared statement'} ${f.name} stands for ${words.text ?? 'a text the gateway does not know'}`,
  decision: (f) => decisionSentence(f),
  hold: (f) => `Held for approval #${f.request} by ${named(f.approvers) || 'any reviewer'}`,
  vote: (f) =>
    `${f.name ?? f.subject} ${f.verdict === 'approve' ? 'approved' : 'rejected'} #${f.request}${f.reason === '' ? '' : `: ${f.reason}`}`,
  holdEnded: (f) => `Request #${f.request} ${endSentence(f)}`,
  gatewayQuery: (f, words) =>
    `The gateway asked the server (${f.purpose}): ${words.text ?? unreadable(null)}`,
  valuesMasked: (f) => `${valuesSentence(f)} masked in the record by ${named(f.rules)}`,
  outcome: (f, words) => outcomeSentence(f, words),
  rows: (f) => counted(f.rows, 'row'),
  description: (f) =>
    `Description of ${nameOr(f.name, f.target === 'P' ? 'the unnamed portal' : 'the unnamed statement')}`,
  copyOut: (f) => `${counted(f.rows, 'row')} received by COPY`,
  ready: (f) => TRANSACTIONS[f.transaction] ?? `Ready (${f.transaction})`,
  notice: (f, words) => `${f.severity}: ${words.message ?? 'message not readable'}`,
  notification: (f, words) => `Notification on ${f.channel}${words.message ? `: ${words.message}` : ''}`,
  parameterStatus: (f, words) => `Parameter ${f.name} is now ${words.message ?? 'not readable'}`,
  transactionEnded: (f) =>
    f.outcome === 'rolled back'
      ? `Rolled back ${rangeOf(f)} (${f.cause})`
      : `Whether ${rangeOf(f)} became lasting is unknown (${f.cause})`,
  replaced: (f) => `The server’s own error ${f.sqlstate}, which the agent did not see`,
  gatewayAnswered: (f) =>
    f.sqlstate === null
      ? `${counted(f.rows, 'row')} for the gateway (${f.purpose}) in ${duration(f.duration)}`
      : `The gateway’s question (${f.purpose}) failed: ${f.sqlstate}`,
  columnsMasked: (f) =>
    `Masked: ${f.columns.map((column, i) => `${column} by ${f.rules[i]} (${f.styles[i]})`).join(', ')}`,
  detected: (f) =>
    `Found and masked in ${f.where}: ${f.detectors.map((detector, i) => `${detector} ${grouped(f.counts[i] ?? 0)}×`).join(', ')}`,
  withheld: (f) => `Withheld from the ${f.where}: ${f.what}`,

  terminalOutput: (f, words) => words.text ?? `${counted(f.data.length, 'byte')} shown`,
  terminalInput: (f, words) => `Typed: ${words.text ?? counted(f.data.length, 'byte')}`,
  terminalResized: (f) => `Terminal resized to ${f.columns}×${f.rows}`,
  terminalMarked: (f) => `Marked${f.label === '' ? '' : `: ${f.label}`}`,
};

const TRANSACTIONS: Readonly<Record<string, string>> = {
  I: 'Ready',
  T: 'Ready, in a transaction',
  E: 'Ready, in a failed transaction',
};

/**
 * The event in one sentence. It holds the agent's and the server's own words as they were: replay/visible.ts makes them fit
 * to be shown.
 */
export function describeEvent(event: Event, words: Words): string {
  return sentence(event, words);
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the kind to its fields
function sentence<K extends EventKind>({ kind, fields }: EventsByKind[K], words: Words): string {
  return SENTENCES[kind](fields, words);
}

function outcomeSentence(fields: EventFields<'outcome'>, words: Words): string {
  const took = fields.duration === UNTOLD ? '' : ` in ${duration(fields.duration)}`;
  switch (fields.status) {
    case 'completed':
      return (fields.tag === '' ? 'Completed' : fields.tag) + took;
    case 'suspended':
      return `Suspended after ${counted(fields.rows, 'row')}${took}`;
    case 'empty':
      return 'Empty statement';
    case 'failed':
      return `ERROR ${fields.sqlstate ?? ''}: ${words.message ?? 'message not readable'}`;
    case 'skipped':
      return 'Skipped by the server because an earlier statement failed';
    case 'unknown':
      return 'Outcome unknown';
    default:
      return `Ended as ${fields.status}`;
  }
}

function decisionSentence(fields: EventFields<'decision'>): string {
  const { effect, rules, message, enforced } = fields;
  const said = DECIDED[effect] ?? effect;
  const by = rules.length === 0 ? 'the default' : named(rules);
  // What the agent is told begins with what this sentence says already.
  const told = message.replace(/^denied by policy: /, '');
  return `${enforced ? said : `Would be ${said.toLowerCase()}`} by ${by}${told === '' ? '' : `: ${told}`}`;
}

const DECIDED: Readonly<Record<string, string>> = { allow: 'Allowed', hold: 'Held', deny: 'Denied' };

/** Of an imported session the address may be lacking, or the port. */
function fromWhere({ clientAddress, clientPort }: EventFields<'sessionOpened'>): string {
  if (clientAddress === '') return '';
  return ` from ${clientAddress}${clientPort === 0 && clientAddress.startsWith('[') ? '' : `:${clientPort}`}`;
}

/** How a hold ended; its reason often begins with that. */
function endSentence({ outcome, reason }: EventFields<'holdEnded'>): string {
  if (reason.startsWith(outcome)) return reason;
  return `${outcome === 'timeout' ? 'timed out' : outcome}${reason === '' ? '' : `: ${reason}`}`;
}

function valuesSentence({ literals, parameters }: EventFields<'valuesMasked'>): string {
  const places = parameters.map((parameter) => `$${parameter}`).join(', ');
  if (literals === 0) return places;
  return counted(literals, 'literal') + (places === '' ? '' : ` and ${places}`);
}

/** Names, each once. */
function named(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

/** As many digits of a policy's hash as people compare. */
function shortHash(hash: Uint8Array): string {
  return Array.from(hash.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function rangeOf(fields: EventFields<'transactionEnded'>): string {
  const { first, last } = fields;
  return first === last ? `statement ${first}` : `statements ${grouped(first)} to ${grouped(last)}`;
}

function unreadable(parsedAt: number | null): string {
  return parsedAt === null ? '(text redacted)' : `(text prepared at event ${parsedAt})`;
}

function nameOr(name: string, unnamed: string): string {
  return name === '' ? unnamed : name;
}

/** A count with its noun, digits in groups: `1 row`, `12,345 rows`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** An integer with its digits in groups of three. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A duration in µs at three digits or so: `87 µs`, `1.2 ms`, `3.45 s`, `2 min 5 s`. */
export function duration(micros: number): string {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1_000_000) return `${trimmed(micros / 1000)} ms`;
  if (micros < 60_000_000) return `${trimmed(micros / 1_000_000)} s`;
  const seconds = Math.round(micros / 1_000_000);
  return `${grouped(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)));
}
