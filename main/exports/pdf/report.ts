/** The report on paper: facts, statements and decisions of every selected session, its hash at the foot of each page. */
import { counted, duration, grouped } from '../../../shared/recording/describe.ts';
import { clipText } from '../../../shared/replay/visible.ts';
import { eventsOf } from '../../session-events.ts';
import { FORMATS } from '../format.ts';
import type { ReportOptions } from '../html/report.ts';
import { piecesOf, type Source } from '../pieces.ts';
import type { RecordedSession, StatementRecord } from '../../../gateway/archive/lines/record.ts';
import { selectedSessions } from '../selection.ts';
import { ReportHash, SessionHash } from '../session-hash.ts';
import { factsOf, titleOf, type Tone } from '../told-session.ts';
import { outcomeTold, policyTold } from '../told-statement.ts';
import { isoTime, lacks, parametersOf, rowsOf, textOf } from '../../../gateway/archive/lines/words.ts';
import { Paper } from './paper.ts';

/** Statements that a report has: a thousand sheets, which is more than anybody prints; a document of them fits in memory. */
const MOST_STATEMENTS = 5000;

/** UTF-16 units of a text and of all parameters of a statement. */
const TEXT_LIMIT = 2000;
const PARAMETERS_LIMIT = 500;

const BODY = { face: 'text', size: 8.5 } as const;
const SMALL = { face: 'text', size: 7, tone: 'dim' } as const;
const CODE = { face: 'mono', size: 7.5, indent: 12 } as const;

/** The document's bytes, when all of it is set. */
export async function* pdfReport(
  archive: Source,
  options: ReportOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { selection, made } = options;
  const paper = new Paper('Auditorium: audit report', new Date(made / 1000));
  introduce(paper, options);
  const hash = new ReportHash();
  let left = MOST_STATEMENTS;
  for await (const row of selectedSessions(archive, selection)) {
    let shown = 0;
    for await (const piece of piecesOf(archive, row, { filter: selection.filter, rows: false })) {
      options.signal?.throwIfAborted();
      if (piece.kind === 'session') setSession(paper, piece.session);
      if (piece.kind !== 'statement') continue;
      shown++;
      if (left-- > 0) setStatement(paper, piece.statement, piece.session);
    }
    remainder(paper, shown, row.statements, left);
    hash.add(await sessionHash(paper, archive, row.id));
    options.done(shown);
  }
  yield* paper.finish(headOf(options), `hash of the sessions (SHA-256) ${hash.hex()}`);
}

function headOf({ selection, software, made }: ReportOptions): string {
  const what = selection.filterText ?? 'everything';
  return clipText(
    `Auditorium ${software} audit report · ${isoTime(made)} · ${what}`.replace(/\s+/g, ' '),
    160,
  );
}

function introduce(paper: Paper, { selection, software, made }: ReportOptions): void {
  paper.set('Audit report', { face: 'bold', size: 18 });
  paper.gap(4);
  const what = selection.filterText === null ? 'everything' : `statements that match ${selection.filterText}`;
  const only =
    selection.sessions.length === 0 ? '' : `, of ${counted(selection.sessions.length, 'session')} named`;
  paper.set(`Selected: ${what}${only}.`, BODY);
  paper.set(`Made ${isoTime(made)} by Auditorium ${software}.`, BODY);
  paper.gap(6);
  paper.set(
    'This report is a rendering of recorded events for reading; it proves nothing by itself. The proof is in a bundle or the archive: ' +
      '“auditorium verify” or verify.py check it with the gateway’s public key. Characters that cannot be seen are written out as ⟨U+202E⟩ and ' +
      'the like; what is masked or was redacted is so in the record, too.',
    SMALL,
  );
  paper.set(`Left out: ${FORMATS.pdf.leavesOut.join(' ')}`, SMALL);
}

function setSession(paper: Paper, session: RecordedSession): void {
  paper.gap(18);
  paper.keep(160);
  paper.rule();
  paper.gap(8);
  paper.set(titleOf(session), { face: 'bold', size: 12 });
  paper.gap(2);
  for (const { name, told } of factsOf(session)) {
    const tone: Tone = told.find((part) => part.tone !== 'plain' && part.tone !== 'code')?.tone ?? 'plain';
    paper.set(`${name}: ${told.map(({ text }) => text).join(' · ')}`, { ...BODY, tone });
  }
}

function setStatement(paper: Paper, statement: StatementRecord, session: RecordedSession): void {
  const { row } = statement;
  paper.gap(6);
  paper.keep(40);
  const number = `${row.statement}${row.ordinal === 0 ? '' : `.${row.ordinal}`}`;
  const took = lacks(session, 'duration') || row.duration === null ? '' : ` · ${duration(row.duration)}`;
  const count = rowsOf(statement, session);
  const rows = count === null ? '' : ` · ${counted(count, 'row')}`;
  paper.set(`#${number} · ${isoTime(row.time)}${rows}${took}`, SMALL);
  const text = textOf(statement);
  const shown = clipText(text, TEXT_LIMIT);
  paper.set(shown, { ...CODE, tone: typeof statement.text === 'string' ? 'plain' : 'warning' });
  if (shown.length < text.length)
    paper.set(`… ${grouped(text.length - shown.length)} more characters`, SMALL);
  setParameters(paper, statement);
  const outcome = outcomeTold(statement, session);
  for (const { text: told, tone } of [outcome, ...policyTold(statement)])
    paper.set(told, { ...BODY, size: 7.5, indent: 12, tone });
}

function setParameters(paper: Paper, statement: StatementRecord): void {
  const { list, missing } = parametersOf(statement);
  if (missing !== null) paper.set(`(parameters ${missing})`, { ...CODE, tone: 'warning' });
  if (list.length === 0) return;
  const text = list.map((parameter, i) => `$${i + 1} = ${parameter.text ?? 'NULL'}`).join(', ');
  const shown = clipText(text, PARAMETERS_LIMIT);
  paper.set(shown + (shown.length < text.length ? ' …' : ''), { ...CODE, tone: 'dim' });
}

function remainder(paper: Paper, matching: number, all: number, left: number): void {
  const lacking = Math.min(matching, Math.max(0, -left));
  if (matching < all)
    paper.set(`${counted(all - matching, 'statement')} of this session did not match.`, SMALL);
  if (lacking > 0)
    paper.set(
      `${counted(lacking, 'statement')} left out: a report has room for ${grouped(MOST_STATEMENTS)}.`,
      {
        ...SMALL,
        tone: 'warning',
      },
    );
}

async function sessionHash(
  paper: Paper,
  archive: Source,
  id: Parameters<typeof eventsOf>[1],
): Promise<Buffer> {
  const hash = new SessionHash();
  for await (const stored of eventsOf(archive, id)) hash.add(stored);
  const digest = hash.digest();
  paper.gap(4);
  paper.set(`${counted(hash.events, 'event')}, hash of the session ${digest.toString('hex')}`, SMALL);
  return digest;
}
