/** Figures for people: one table a cell, one line a target. */
import { cellName, type Figure } from './figures.ts';
import type { Cell } from './measure.ts';
import type { TargetName } from './options.ts';

/** The columns: heading, the figure's name after the target, how many decimals. */
const COLUMNS = [
  ['tps', 'tps', 0],
  ['MB/s', 'throughput', 0],
  ['answered', 'answered', 0],
  ['× direct', 'vs-direct', 2],
  ['× pipe', 'vs-pipe', 2],
  ['× process', 'vs-process', 2],
  ['p50 µs', 'latency.p50', 0],
  ['p99 µs', 'latency.p99', 0],
  ['added µs', 'added.p50', 0],
  ['CPU µs', 'cpu.total', 1],
  ['data path', 'cpu.dataPath', 1],
  ['× pipe’s', 'cpu.dataPath.vs-pipe', 2],
  ['shipper', 'cpu.shipper', 1],
  ['lag s', 'lag', 2],
  ['recorded', 'recorded', 4],
] as const;

/** The table of one cell. */
export function tableOf(cell: Cell, targets: readonly TargetName[], figures: readonly Figure[]): string {
  const values = new Map(figures.map((figure) => [figure.name, figure]));
  const columns = COLUMNS.filter(([, part]) =>
    targets.some((target) => values.has(`${cellName(cell)}.${target}.${part}`)),
  );
  const head = [titleOf(cell), ...columns.map(([heading]) => heading)];
  const body = targets.map((target) => [
    target,
    ...columns.map(([, part, decimals]) => cellText(values, `${cellName(cell)}.${target}.${part}`, decimals)),
  ]);
  return aligned([head, ...body]);
}

/** What was to be reached, one line each. */
export function barsOf(figures: readonly Figure[]): string {
  const lines = figures
    .filter(({ bar }) => bar !== null)
    .map(({ name, value, bar, met }) => [
      met === true ? 'reached' : 'MISSED',
      name,
      rounded(value, 4),
      String(bar),
    ]);
  return aligned(lines);
}

function titleOf(cell: Cell): string {
  if (cell.workload === 'bulk') return `SELECT of ${cell.rows.toLocaleString('en')} rows`;
  return `${cell.workload}, ${cell.clients} ${cell.clients === 1 ? 'client' : 'clients'}`;
}

function cellText(values: ReadonlyMap<string, Figure>, name: string, decimals: number): string {
  const value = values.get(name)?.value;
  if (value === undefined) return '';
  const [min, max] = [values.get(`${name}.min`)?.value, values.get(`${name}.max`)?.value];
  const text = value.toLocaleString('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return min === undefined || max === undefined
    ? text
    : `${text} [${rounded(min, decimals)}–${rounded(max, decimals)}]`;
}

function rounded(value: number, decimals: number): string {
  return value.toFixed(decimals);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((text, column) => pad(text, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names to the left, numbers to the right. */
function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
