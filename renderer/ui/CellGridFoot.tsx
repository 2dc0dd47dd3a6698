/** Below a grid: the chosen cell whole, with what may be done with it; else how much there is. */
import { visibleLine } from '../../shared/replay/visible.ts';
import { FIND } from '../words/find.ts';
import { VALUES } from '../words/values.ts';
import { Tip } from './Button.tsx';
import type { CellAct, CellAt, CellGridColumn } from './cell-grid-column.ts';
import { CellText } from './CellText.tsx';
import type { CellValue } from './cell-value.ts';
import { formatCount, formatNumberOf } from './format.ts';

/** Longest name of a column shown. */
const NAME_LENGTH = 100;

interface CellGridFootProps {
  readonly columns: readonly CellGridColumn[];
  readonly rows: number;
  readonly chosen: CellAt | null;
  readonly value: CellValue;
  readonly acts: readonly CellAct[];
  /** What is missing, in words. */
  readonly note: string | null;
  readonly onFind: (() => void) | undefined;
}

export function CellGridFoot({ columns, rows, chosen, value, acts, note, onFind }: CellGridFootProps) {
  const column = chosen === null ? undefined : columns[chosen.column];
  if (chosen === null || column === undefined)
    return (
      <div className="cells-foot">
        <p className="cell-quiet">
          {formatNumberOf(rows, 'row')}, {formatNumberOf(columns.length, 'column')}
          {note === null ? null : <span className="tone-unknown"> · {note}</span>}
          <FindButton onFind={onFind} />
        </p>
      </div>
    );
  return (
    <div className="cells-foot">
      <div className="cells-value">
        {acts.map(({ name, shortcut, run }) => (
          <Tip key={name} text={name} shortcut={shortcut}>
            <button
              type="button"
              className="value-button cells-act"
              onClick={() => run(chosen.row, chosen.column, column.name)}
            >
              {name}
            </button>
          </Tip>
        ))}
        <FindButton onFind={onFind} />
        <span className="cell-quiet">
          {visibleLine(column.name, NAME_LENGTH)} {column.type}, row {formatCount(chosen.row + 1)}:{' '}
        </span>
        {column.masked === null ? null : <span className="tone-masked">{column.masked}: </span>}
        <span className="mono">
          <CellText value={value} whole />
        </span>
      </div>
    </div>
  );
}

function FindButton({ onFind }: Pick<CellGridFootProps, 'onFind'>) {
  if (onFind === undefined) return null;
  return (
    <Tip text={FIND.open(VALUES.rows)} shortcut="Ctrl-F">
      <button type="button" className="value-button cells-act cells-find" onClick={onFind}>
        {FIND.short}
      </button>
    </Tip>
  );
}
