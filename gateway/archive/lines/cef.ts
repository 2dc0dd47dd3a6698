/** ArcSight Common Event Format, version 0, one event a line. */
import type { Act, RecordedSession, StatementRecord } from './record.ts';
import { isIp, jobOf, lacks, NOT_RECORDED, rowsOf, textOf } from './words.ts';
import { gravityOf, isMasked, successOf } from './activity.ts';

/** CEF's severities go from 0 to 10. */
const SEVERITIES = [1, 3, 5, 8, 10] as const;

/** Longest value of a statement: collectors cut lines beyond a few KiB. */
const TEXT_LIMIT = 4000;

type Fields = readonly (readonly [key: string, value: string | number | null])[];

/** A session that began. */
export function cefSession(session: RecordedSession, software: string): string {
  const { row } = session;
  const refused = row.outcome === 'refused';
  return line(software, 'session', refused ? 'session refused' : 'session', refused ? 5 : 1, [
    ...common(session, row.started),
    ['externalId', row.id],
    ['outcome', refused ? 'failure' : 'success'],
    ['reason', row.reason],
  ]);
}

/** One statement. */
export function cefStatement(statement: StatementRecord, session: RecordedSession, software: string): string {
  const { row } = statement;
  const text = textOf(statement);
  const verb = row.verb === '' ? 'statement' : row.verb;
  return line(software, verb, `${verb} ${row.tables.join(' ')}`.trim(), SEVERITIES[gravityOf(statement)], [
    ...common(session, row.time),
    ['externalId', `${row.session}/${row.statement}/${row.ordinal}`],
    ['act', row.decision],
    ['outcome', successOf(statement, session)],
    ['reason', row.sqlstate === null ? null : `${row.sqlstate} ${row.errorMessage ?? ''}`.trim()],
    ['cs3Label', 'tables'],
    ['cs3', row.tables.join(' ')],
    ['cs4Label', 'rules'],
    ['cs4', row.rules.join(' ')],
    ['cs5Label', 'masked'],
    ['cs5', isMasked(statement) ? [...row.maskedColumns, ...row.detectors].join(' ') || 'secrets' : null],
    ['cs6Label', 'status'],
    ['cs6', row.status],
    ['cn1Label', 'rows'],
    ['cn1', rowsOf(statement, session)],
    ['cn2Label', 'duration µs'],
    ['cn2', lacks(session, 'duration') ? null : row.duration],
    ['msg', text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters)`],
  ]);
}

/** Anything else that was recorded: what the gateway and people did, and how a session ended. */
export function cefAct(act: Act, session: RecordedSession | null, software: string): string {
  return line(software, act.kind, act.sentence, SEVERITIES[act.gravity], [
    ...(session === null ? [['rt', Math.floor(act.time / 1000)] as const] : common(session, act.time)),
    ['externalId', act.id],
    ['msg', JSON.stringify(act.fields)],
  ]);
}

function common(session: RecordedSession, time: number): Fields {
  const { row, facts } = session;
  const { clientAddress: ip } = row;
  const port = facts.clientPort;
  const known = !lacks(session, 'address');
  return [
    ['rt', Math.floor(time / 1000)],
    ['src', known && isIp(ip) ? ip : null],
    ['shost', known && !isIp(ip) ? ip : null],
    ['spt', known ? port : null],
    ['dhost', facts.target?.host ?? null],
    ['dpt', facts.target?.port ?? null],
    ['suser', lacks(session, 'identity') ? NOT_RECORDED : (row.identity?.subject ?? null)],
    ['duser', facts.target?.user ?? row.user],
    ['app', 'postgresql'],
    ['requestClientApplication', row.applicationName],
    ['cs1Label', 'connection'],
    ['cs1', row.connection],
    ['cs2Label', 'ci job'],
    ['cs2', jobOf(row)],
  ];
}

/** A label says nothing without its value. */
function line(software: string, signature: string, name: string, severity: number, fields: Fields): string {
  const given = new Map(fields);
  const extension = fields
    .filter(([key, value]) => {
      const named = key.endsWith('Label') ? given.get(key.slice(0, -'Label'.length)) : value;
      return named !== null && named !== undefined && named !== '';
    })
    .map(([key, value]) => `${key}=${extensionValue(String(value))}`);
  const head = ['Auditorium', 'Auditorium', software, signature, name, String(severity)].map(headerValue);
  return `CEF:0|${head.join('|')}|${extension.join(' ')}\n`;
}

/** `|` and `\` are escaped; a header has one line. */
function headerValue(text: string): string {
  return inert(text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' '));
}

/** `=` and `\` are escaped, line ends written as `\n`. */
function extensionValue(text: string): string {
  return inert(text.replace(/[\\=]/g, '\\$&').replace(/\r\n|[\r\n]/g, '\\n'));
}

/** Controls, bidi marks and separators of lines are written out: what reads logs ends a line at some, a terminal acts on others. */
function inert(text: string): string {
  return text.replace(
    ACTING,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}>`,
  );
}
// oxlint-disable-next-line no-control-regex -- these are meant
const ACTING = /[\0-\x1f\x7f-\x9f\u2028\u2029\p{Cf}]/gu;
