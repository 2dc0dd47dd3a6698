/** The rows that came back, as a grid of any size. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Point } from '../../shared/replay/timeline.ts';
import { typeName } from '../../shared/replay/types.ts';
import { isNumericType } from '../../shared/replay/types.ts';
import { CellGrid } from '../ui/CellGrid.tsx';
import type { CellAct, CellAt, CellGridColumn } from '../ui/cell-grid-column.ts';
import { formatNumberOf } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import {
  partOf,
  partRows,
  resultColumns,
  type LoadEvent,
  type ResultRow,
  type ResultShape,
} from '../player/result.ts';
import type { Column } from '../../shared/replay/wire.ts';
import { maskWords, type ColumnMask } from './decision-detail.ts';
import { useCopied } from '../ui/use-copied.ts';
import { useSaveValue } from './use-save-value.ts';
import { RESULT } from '../words/result.ts';
import { REVEALS } from '../words/reveals.ts';
import { reveals } from '../reveals.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { cellText, columnText, rowText, type LoadPart } from './result-search.ts';
import { ResultFind } from './ResultFind.tsx';
import type { Segments } from '../player/segments.ts';

/** Longest name of a column that the log is told. */
const NAME_LENGTH = 200;

interface ResultTabProps {
  readonly segments: Segments;
  readonly shape: ResultShape;
  readonly outcome: Point | undefined;
  /** Rows that came or went by COPY are no result. */
  readonly byCopy: boolean;
  readonly resultFormats: readonly number[];
  /** Whether the formats are known. */
  readonly ready: boolean;
  /** Columns whose cells are masked. */
  readonly masks: readonly ColumnMask[];
  /** The source of an imported session has no rows. */
  readonly lacking: boolean;
  /** What may be done with a cell. */
  readonly acts: readonly CellAct[];
}

export function ResultTab(props: ResultTabProps) {
  const { segments, shape, outcome, byCopy, resultFormats, ready, masks } = props;
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const load: LoadEvent = useCallback((sequence) => segments.event(sequence), [segments]);
  const first = shape.parts[0]?.sequence;
  const columns = useQuery({
    queryKey: ['columns', segments.id, first, resultFormats],
    queryFn: () => resultColumns(shape, load, resultFormats),
    enabled: ready && first !== undefined,
    gcTime: 30_000,
  });
  const parts = partsBetween(shape, range);
  const loaded = useQueries({
    queries: parts.map((index) => ({
      queryKey: ['part', segments.id, shape.parts[index]?.sequence, resultFormats],
      queryFn: () => partRows(shape, index, columns.data ?? null, load),
      enabled: columns.isSuccess,
      gcTime: 15_000,
    })),
  });
  const rowAt = (row: number): ResultRow | undefined => {
    const index = partOf(shape, row);
    const rows = loaded[parts.indexOf(index)]?.data;
    return rows?.[row - (shape.parts[index]?.firstRow ?? 0)];
  };
  // Rows come and go with the eye, and heads must not change with them: columns would be measured anew.
  const cells = columns.data ? 0 : (loaded.find((query) => query.data !== undefined)?.data?.[0]?.length ?? 0);
  const heads = useMemo(
    (): CellGridColumn[] =>
      (columns.data?.map(headOf) ?? numbered(cells)).map((head, position) =>
        withMask(
          head,
          masks.find((mask) => mask.position === position),
        ),
      ),
    [columns.data, cells, masks],
  );

  const { data: known, isSuccess } = columns;
  const loadPart: LoadPart = useCallback(
    (index) => (isSuccess ? partRows(shape, index, known, load) : Promise.resolve([])),
    [shape, known, isSuccess, load],
  );
  const { said, copy } = useCopied();
  const saving = useSaveValue(shape, load);
  const tell = (what: string): void => reveals.tell(segments.id, what);
  const eventOf = (row: number): number => shape.parts[partOf(shape, row)]?.sequence ?? 0;
  const copying: readonly CellAct[] = [
    {
      name: said ?? RESULT.copyCell,
      shortcut: 'c',
      run(row, at, name) {
        tell(REVEALS.copiedCell(nameOf(name), row + 1, eventOf(row)));
        copy(cellText(rowAt(row)?.[at]));
      },
    },
    {
      name: saving.name,
      shortcut: 's',
      run(row, at, name) {
        tell(REVEALS.copiedCell(nameOf(name), row + 1, eventOf(row)));
        saving.save(row, at, name);
      },
    },
    {
      name: RESULT.copyRow,
      shortcut: 'r',
      run(row) {
        tell(REVEALS.copiedRow(row + 1, eventOf(row)));
        copy(rowText(rowAt(row) ?? []));
      },
    },
    {
      name: RESULT.copyColumn,
      shortcut: 'C',
      run(_, at, name) {
        tell(REVEALS.copiedColumn(nameOf(name), eventOf(0)));
        void columnText(shape, loadPart, at, name).then(copy);
      },
    },
  ];
  const [finding, setFinding] = useState(false);
  const [goTo, setGoTo] = useState<CellAt | null>(null);

  const failure = columns.error ?? loaded.find((query) => query.error !== null)?.error ?? null;
  if (failure !== null) {
    return <Fault title={RESULT.failed} error={failure} onRetry={() => void columns.refetch()} />;
  }
  if (first === undefined || (columns.isSuccess && columns.data === null && shape.rows === 0)) {
    return <p className="panel-none">{nothingWhy(outcome, props.lacking)}</p>;
  }
  const held = loaded.some((query) => query.data !== undefined && query.data.length > 0);
  if (columns.isSuccess && columns.data === null && !held && loaded.every((query) => query.isSuccess)) {
    return <p className="panel-none">{otherwise(formatNumberOf(shape.rows, 'row'), byCopy)}</p>;
  }
  return (
    <>
      {finding ? (
        <ResultFind shape={shape} load={loadPart} onHit={setGoTo} onClose={() => setFinding(false)} />
      ) : null}
      <CellGrid
        name={RESULT.name}
        columns={heads}
        rows={shape.rows}
        rowAt={rowAt}
        onRange={setRange}
        acts={[...copying, ...props.acts]}
        goTo={goTo}
        onFind={() => setFinding(true)}
        onReveal={({ row, column }) =>
          tell(REVEALS.cell(nameOf(heads[column]?.name ?? ''), row + 1, eventOf(row)))
        }
        note={outcome === undefined ? RESULT.mayBeMore : null}
      />
    </>
  );
}

function nameOf(column: string): string {
  return visibleLine(column, NAME_LENGTH);
}

function withMask({ name, type, end }: CellGridColumn, mask: ColumnMask | undefined): CellGridColumn {
  return { name, type, end, masked: maskWords(mask) };
}

function headOf({ name, typeOid }: Column): CellGridColumn {
  return { name, type: typeName(typeOid), end: isNumericType(typeOid), masked: null };
}

function otherwise(rows: string, byCopy: boolean): string {
  return byCopy ? RESULT.byCopy(rows) : RESULT.affected(rows);
}

function nothingWhy(outcome: Point | undefined, lacking: boolean): string {
  if (lacking && outcome?.status !== 'failed') return RESULT.lacking;
  if (outcome === undefined) return RESULT.noAnswer;
  if (outcome.status === 'failed') return RESULT.statementFailed;
  return RESULT.none;
}

function partsBetween(shape: ResultShape, [from, to]: readonly [number, number]): number[] {
  const first = Math.max(0, partOf(shape, from));
  const last = Math.max(first, partOf(shape, to));
  return shape.parts.length === 0
    ? []
    : Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** Rows that nobody described still have their cells. */
function numbered(count: number): CellGridColumn[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `column${index + 1}`,
    type: 'unknown',
    end: false,
    masked: null,
  }));
}
