/** The names of a grid's columns; their right edges can be dragged. */
import type { VirtualItem } from '@tanstack/react-virtual';
import { EyeOff } from 'lucide-react';
import type { PointerEvent } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { MASKED } from '../words/marks.ts';
import type { CellGridColumn } from './cell-grid-column.ts';

/** Longest name of a column shown. */
const NAME_LENGTH = 100;

interface CellGridHeadProps {
  readonly columns: readonly CellGridColumn[];
  readonly across: readonly VirtualItem[];
  /** Of the row numbers, and of all of it, in px. */
  readonly numbers: number;
  readonly width: number;
  readonly onResize: (column: number, width: number) => void;
}

export function CellGridHead({ columns, across, numbers, width, onResize }: CellGridHeadProps) {
  const onMove = (event: PointerEvent<HTMLElement>, column: number): void => {
    if (event.buttons !== 1) return;
    const name = event.currentTarget.parentElement;
    if (name !== null) onResize(column, event.clientX - name.getBoundingClientRect().left);
  };
  return (
    <div className="cells-head" role="row" style={{ width }}>
      <span role="columnheader" className="cells-corner" style={{ width: numbers }} />
      {across.map(({ index, start, size }) => {
        const column = columns[index];
        return (
          <span
            key={index}
            role="columnheader"
            aria-colindex={index + 1}
            className={column?.end === true ? 'cells-name cells-end' : 'cells-name'}
            style={{ left: numbers + start, width: size }}
            title={column?.masked ?? undefined}
          >
            {(column?.masked ?? null) === null ? null : (
              <EyeOff size={11} className="tone-masked" aria-label={MASKED.mark} />
            )}
            <span className="ellipsis">{visibleLine(column?.name ?? '', NAME_LENGTH)}</span>
            <span className="cells-type">{column?.type}</span>
            <span
              className="cells-edge"
              aria-hidden
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
              onPointerMove={(event) => onMove(event, index)}
            />
          </span>
        );
      })}
    </div>
  );
}
