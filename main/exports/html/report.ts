/** The report as one HTML page: facts, statements, decisions and the replay of every selected session. */
import { counted } from '../../../shared/recording/describe.ts';
import { FORMATS } from '../format.ts';
import { piecesOf, type Source } from '../pieces.ts';
import { selectedSessions, type Selection } from '../selection.ts';
import { isoTime } from '../../../gateway/archive/lines/words.ts';
import { escaped, recordedLine } from './markup.ts';
import { pageEnd, pageHead } from './page.ts';
import { PLAYER } from './player.ts';
import { Replays } from './replay-part.ts';
import { sessionHead } from './session-part.ts';
import { STATEMENTS_END, STATEMENTS_HEAD, statementRow } from './statement-part.ts';

/** Rows that a page's tables have in all: browsers lay out no more in a tolerable time. */
const MOST_ROWS = 20_000;

export interface ReportOptions {
  readonly selection: Selection;
  readonly software: string;
  /** µs since 1970. */
  readonly made: number;
  /** Told of each session that is done, with its statements. */
  readonly done: (statements: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The page, piece by piece. */
export async function* htmlReport(
  archive: Source,
  options: ReportOptions,
): AsyncGenerator<string, void, undefined> {
  const { selection, signal } = options;
  const replays = new Replays();
  let [sessions, statements, left] = [0, 0, MOST_ROWS];
  yield pageHead('Auditorium: audit report', PLAYER);
  yield introduction(options);
  for await (const row of selectedSessions(archive, selection)) {
    let shown = 0;
    for await (const piece of piecesOf(archive, row, { filter: selection.filter, rows: false })) {
      signal?.throwIfAborted();
      if (piece.kind === 'session') {
        yield sessionHead(piece.session);
      }
      if (piece.kind !== 'statement') continue;
      if (shown === 0) yield STATEMENTS_HEAD;
      shown++;
      if (left-- > 0) yield statementRow(piece.statement, piece.session);
    }
    if (shown > 0) yield STATEMENTS_END;
    yield remainder(shown, row.statements, left);
    yield* replays.of(archive, row);
    yield '</section>\n';
    sessions++;
    statements += shown;
    options.done(shown);
  }
  yield ending(sessions, statements, replays);
  yield pageEnd(PLAYER);
}

function introduction({ selection, software, made }: ReportOptions): string {
  const { filterText } = selection;
  const what =
    filterText === null ? 'everything' : `statements that match <code>${recordedLine(filterText)}</code>`;
  const only =
    selection.sessions.length === 0 ? '' : `, of ${counted(selection.sessions.length, 'session')} named`;
  const items = FORMATS.html.leavesOut.map((sentence) => `<li>${escaped(sentence)}</li>`);
  return `<header><h1>Audit report</h1>
<p>Selected: ${what}${only}. Made ${isoTime(made)} by Auditorium ${escaped(software)}.</p>
<div class="notes small"><b>What this page is.</b> A rendering of recorded events for reading; it proves nothing by itself. The proof is in a bundle
or the archive: <code>auditorium verify</code> or <code>verify.py</code> check it with the gateway’s public key. Characters that cannot be seen are written out as
⟨U+202E⟩ and the like; what is masked or was redacted is so in the record, too.
<p>Left out:</p><ul>${items.join('')}</ul></div></header>
`;
}

/** What of a session's statements is not in its table. */
function remainder(matching: number, all: number, left: number): string {
  const lacking = Math.min(matching, Math.max(0, -left));
  const parts = [
    matching < all
      ? `${counted(all - matching, 'statement')} of this session did not match; the replay has them`
      : '',
    lacking > 0 ? `${counted(lacking, 'statement')} left out of the table: a page has room for no more` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `<p class="small warn">${parts.join('. ')}.</p>\n`;
}

function ending(sessions: number, statements: number, replays: Replays): string {
  const cut = replays.cut === 0 ? '' : ` The replay of ${counted(replays.cut, 'session')} is not whole.`;
  return `<footer class="small"><p>${counted(statements, 'statement')} of ${counted(sessions, 'session')}.${cut}</p>
<p>Hash of the sessions’ hashes in this order (SHA-256): <code>${replays.hash}</code></p></footer>
`;
}
