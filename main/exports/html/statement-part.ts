/** One statement in a report: a row of the table of its session. */
import { duration, grouped } from '../../../shared/recording/describe.ts';
import { clipText } from '../../../shared/replay/visible.ts';
import type { RecordedSession, StatementRecord } from '../../../gateway/archive/lines/record.ts';
import { outcomeTold, policyTold } from '../told-statement.ts';
import {
  isoTime,
  lacks,
  NOT_RECORDED,
  parametersOf,
  rowsOf,
  textOf,
} from '../../../gateway/archive/lines/words.ts';
import { recorded } from './markup.ts';
import { toldMarkup } from './session-part.ts';

/** UTF-16 units of a text and of all parameters that the table shows. */
const TEXT_LIMIT = 2000;
const PARAMETERS_LIMIT = 500;

/** The head of the table. */
export const STATEMENTS_HEAD = `<h3>Statements</h3>
<div class="scroll"><table><thead><tr><th class="n">#</th><th>Time (UTC)</th><th>Statement</th><th>Outcome</th><th class="n">Rows</th><th class="n">Took</th><th>Policy and masks</th></tr></thead><tbody>
`;
export const STATEMENTS_END = '</tbody></table></div>\n';

/** The table's row. */
export function statementRow(statement: StatementRecord, session: RecordedSession): string {
  const { row } = statement;
  const rows = rowsOf(statement, session);
  const took = lacks(session, 'duration')
    ? NOT_RECORDED
    : row.duration === null
      ? ''
      : duration(row.duration);
  return `<tr id="s-${row.session}-q${row.sequence}" data-q="${row.sequence}"><td class="n">${row.statement}${row.ordinal === 0 ? '' : `.${row.ordinal}`}</td>
<td class="t">${isoTime(row.time).slice(11, 23)}</td>
<td class="sql">${sqlMarkup(statement)}</td>
<td>${toldMarkup(outcomeTold(statement, session))}</td>
<td class="n">${rows === null ? NOT_RECORDED : grouped(rows)}</td>
<td class="n">${took}</td>
<td class="small">${policyTold(statement).map(toldMarkup).join('<br>')}</td></tr>
`;
}

function sqlMarkup(statement: StatementRecord): string {
  const text = textOf(statement);
  const known = typeof statement.text === 'string';
  const shown = clipText(text, TEXT_LIMIT);
  const more =
    shown.length < text.length
      ? ` <span class="dim">… ${grouped(text.length - shown.length)} more characters</span>`
      : '';
  return (
    (known ? recorded(shown) : `<span class="warn">${recorded(shown)}</span>`) +
    more +
    parametersMarkup(statement)
  );
}

function parametersMarkup(statement: StatementRecord): string {
  const { list, missing } = parametersOf(statement);
  if (missing !== null) return `\n<span class="warn">(parameters ${missing})</span>`;
  if (list.length === 0) return '';
  const text = list.map((parameter, i) => `$${i + 1} = ${parameter.text ?? 'NULL'}`).join(', ');
  const shown = clipText(text, PARAMETERS_LIMIT);
  return `\n<span class="dim">${recorded(shown)}${shown.length < text.length ? ' …' : ''}</span>`;
}
