/**
 * Statements and results as JSON lines, for programs: a `header`, then for each session a `session` line, and for each statement the
 * `rows` of its result as they came and then its `statement` line.
 */
import type { Act, Piece, RecordedSession, ResultRows, StatementRecord } from './record.ts';
import { isoTime, parametersOf } from './words.ts';
import { jsonLine } from './json-line.ts';

/** What one piece says. */
export function pieceLine(piece: Piece): string {
  switch (piece.kind) {
    case 'session':
      return jsonLine(sessionValue(piece.session));
    case 'statement':
      return jsonLine(statementValue(piece.statement, piece.session));
    case 'rows':
      return jsonLine(rowsValue(piece.result, piece.session));
  }
}

/** Anything else that was recorded: what the gateway and people did, and how a session ended. */
export function actLine(
  { id, kind, time, log, index, sentence, fields }: Act,
  session: string | null,
): string {
  return jsonLine({
    type: 'act',
    id,
    kind,
    time: isoTime(time),
    session,
    sentence,
    fields,
    event: { log, index },
  });
}

function sessionValue({ row, facts }: RecordedSession): object {
  return {
    type: 'session',
    ...row,
    started: isoTime(row.started),
    ended: row.ended === null ? null : isoTime(row.ended),
    database: facts.target?.database ?? null,
    importedFrom: facts.source,
    notRecorded: facts.lacks,
    log: facts.log,
  };
}

function statementValue(statement: StatementRecord, { facts }: RecordedSession): object {
  const { row, text, decision, leaf } = statement;
  const { list, missing } = parametersOf(statement);
  const { textTruncated: _, text: __, ...listed } = row;
  return {
    type: 'statement',
    ...listed,
    time: isoTime(row.time),
    text: typeof text === 'string' ? text : null,
    textMissing: typeof text === 'string' ? null : text.missing,
    parameters:
      missing === null ? list.map((parameter) => ({ type: parameter.type, value: parameter.text })) : null,
    parametersMissing: missing,
    policy: decision && {
      effect: decision.effect,
      enforced: decision.enforced,
      rules: decision.rules,
      because: decision.because,
      message: decision.message,
    },
    votes: statement.votes.map(({ verdict, issuer, subject, name, reason }) => ({
      verdict,
      issuer,
      subject,
      name,
      reason,
    })),
    holdEnded: statement.holdEnded,
    masked: { secrets: row.masked, columns: statement.maskedColumns, detectors: row.detectors },
    event: { log: facts.log, index: leaf.index, sha256: Buffer.from(leaf.hash).toString('hex') },
  };
}

function rowsValue(
  { statement, ordinal, columns, rows, cut, redacted }: ResultRows,
  { row }: RecordedSession,
) {
  return {
    type: 'rows',
    session: row.id,
    statement,
    ordinal,
    columns,
    rows: redacted ? null : rows,
    ...(cut.length === 0 ? {} : { cutRows: cut }),
    ...(redacted ? { redacted: true } : {}),
  };
}
