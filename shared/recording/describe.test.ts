import { expect, test } from 'vitest';
import { counted, describeEvent, duration } from './describe.ts';
import { EVENTS, type Event, type EventKind, type FieldType } from './event.ts';

const KINDS = Object.keys(EVENTS) as EventKind[];

/** A value for each type of field; texts are named after their field. */
function valueOf(name: string, type: FieldType): unknown {
  if (type === 'integers') return [3, 3];
  if (type === 'texts') return [name, name];
  if (type.startsWith('integer')) return 3;
  if (type.startsWith('text')) return name;
  if (type.startsWith('bytes')) return new Uint8Array(4);
  if (type === 'boolean') return true;
  return type === 'payload' ? { length: 3, commitment: new Uint8Array(32) } : null;
}

function sentenceOf(kind: EventKind, fields: Record<string, unknown> = {}): string {
  const types: Record<string, FieldType> = EVENTS[kind].fields;
  const values = Object.entries(types).map(([name, type]) => [name, valueOf(name, type)]);
  const event = { kind, fields: { ...Object.fromEntries(values), ...fields } };
  return describeEvent(event as unknown as Event, { text: 'SELECT 1', message: 'said so' });
}

test('every kind of event has a sentence', () => {
  expect(Object.fromEntries(KINDS.map((kind) => [kind, sentenceOf(kind)]))).toEqual({
    logOpened: 'Recorder software opened its log, start 3, durability durability',
    recovered: 'Log recovered after a crash: 3 bytes of an unfinished event dropped',
    heartbeat: 'Recorder alive with 3 sessions',
    logClosed: 'Log closed with 3 sessions open',
    refusalsCounted: '3 connections from network refused before authentication: reason',
    logHeads: '2 logs of this gateway on disk with 3, 3 events',
    recordingFailed:
      'Recording failed, and all sessions were ended (code): reason; 3 events that never reached the disk dropped',
    policyLoaded: 'Policy 00000000 loaded, mode mode',
    signingKey: 'Checkpoints are signed with key 00000000, no longer with 00000000: reason',
    volumeRolled: 'Volume 3 of the log begins (reason)',
    redacted: 'by took 3 bytes out of event 3 (field): reason',
    anchored: 'Checkpoint of 3 events not taken by kind target: error',
    volumeExpired: 'Volume of events 3 to 2, 3 statements, removed: reason',
    keysDestroyed: 'by destroyed the keys of the values of session 00000000 in remote stores: reason',
    legalHold: 'by action the legal hold hold on what matches filter: reason',
    imported: 'Read from file (format), which does not record lacks, lacks',
    sourceEntry: 'Line 3 cannot be read: problem',
    terminalOutput: 'SELECT 1',
    terminalInput: 'Typed: SELECT 1',
    terminalResized: 'Terminal resized to 3×3',
    terminalMarked: 'Marked: label',
    sessionOpened: 'Session opened to connection by user from clientAddress:3 as applicationName over TLS',
    identity: 'Token of subject verified, issued by issuer',
    ciContext: 'CI job provider/run/job, provenance',
    connected: 'Connected to database on host:3 as user, server server',
    sessionClosed: 'Session outcome: reason',
    ciMismatch: 'CI job asserted asserted in where, but the session is job, provenance',
    identityChecked: 'Token (token) result by introspection at issuer: detail',
    startupSettings: 'Settings at start-up: settings, settings',
    observed: 'Let pass because the gateway only observes (rule): detail',
    policyApplied: 'Policy 00000000 in force, mode mode',
    assurance: '2 columns masked: columns by the levels, columns by the levels',
    statement: 'SELECT 1',
    parse: 'Prepare name: SELECT 1',
    bind: 'Bind portal to SELECT 1',
    close: 'Deallocate name',
    sync: 'Sync',
    functionCall: 'Call of function 3 by its OID',
    copyIn: '3 bytes sent by COPY',
    copyInEnd: 'COPY given up by the agent: reason',
    cancel: 'Cancel request from clientAddress passed on',
    gatewayStatement: 'Refused: reason; the gateway made the server fail in its place',
    prepared: 'Prepared statement name: SELECT 1',
    runs: 'Prepared statement name stands for SELECT 1',
    decision: 'effect by rules: message',
    hold: 'Held for approval #request by approvers',
    vote: 'name rejected #request: reason',
    holdEnded: 'Request #request outcome: reason',
    gatewayQuery: 'The gateway asked the server (purpose): SELECT 1',
    valuesMasked: '3 literals and $3, $3 masked in the record by rules',
    outcome: 'Ended as status',
    rows: '3 rows',
    description: 'Description of name',
    copyOut: '3 rows received by COPY',
    ready: 'Ready (transaction)',
    notice: 'severity: said so',
    gatewayAnswered: 'The gateway’s question (purpose) failed: sqlstate',
    columnsMasked: 'Masked: columns by rules (styles), columns by rules (styles)',
    detected: 'Found and masked in where: detectors 3×, detectors 3×',
    withheld: 'Withheld from the where: what',
    notification: 'Notification on channel: said so',
    parameterStatus: 'Parameter name is now said so',
    transactionEnded: 'Whether statement 3 became lasting is unknown (cause)',
    replaced: 'The server’s own error sqlstate, which the agent did not see',
  });
});

test('an outcome says how the statement ended', () => {
  const outcomes = ['completed', 'suspended', 'empty', 'failed', 'skipped', 'unknown'].map((status) =>
    sentenceOf('outcome', { status, tag: 'DELETE 57', rows: 1234, sqlstate: '42P01', duration: 1500 }),
  );
  expect(outcomes).toEqual([
    'DELETE 57 in 1.5 ms',
    'Suspended after 1,234 rows in 1.5 ms',
    'Empty statement',
    'ERROR 42P01: said so',
    'Skipped by the server because an earlier statement failed',
    'Outcome unknown',
  ]);
});

test('counts and durations read as people write them', () => {
  expect([0, 1, 999, 1000, 1_234_567].map((count) => counted(count, 'row'))).toEqual([
    '0 rows',
    '1 row',
    '999 rows',
    '1,000 rows',
    '1,234,567 rows',
  ]);
  expect(
    [0, 999, 1000, 1234, 12_340, 100_000, 999_400, 1_000_000, 59_940_000, 60_000_000, 7_265_000_000].map(
      duration,
    ),
  ).toEqual([
    '0 µs',
    '999 µs',
    '1 ms',
    '1.23 ms',
    '12.3 ms',
    '100 ms',
    '999 ms',
    '1 s',
    '59.9 s',
    '1 min 0 s',
    '121 min 5 s',
  ]);
});
