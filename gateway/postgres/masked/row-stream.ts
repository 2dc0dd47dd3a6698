/** Rows of a read as the record and the agent get them. */
import type { RunningStatement } from '../exchange.ts';
import { CHUNK_BYTES, CHUNK_ROWS, type Results } from '../results.ts';
import { int32 } from '../wire/framing.ts';
import type { RowPlan } from './row-plan.ts';
import { RowWriter } from './row-writer.ts';

/**
 * Records the whole DataRows from `at` to `to` masked; returns what the agent gets in their place, null: the rows as they are. What the
 * buffer holds there is not to be read again.
 */
export function takeRows(
  buffer: Buffer,
  at: number,
  to: number,
  { wire, record }: RowPlan,
  statement: RunningStatement,
  results: Results,
): Buffer | null {
  const writer = new RowWriter(buffer, at, wire === record);
  for (let from = at; from < to;) {
    const chunk = chunkAt(buffer, from, to);
    const written = writer.length;
    writer.write(from, chunk.end, record);
    results.recordAs(statement, from, writer.written(written), chunk.rows);
    from = chunk.end;
  }
  if (wire === null) return null;
  if (wire === record) return writer.written(0);
  const other = new RowWriter(buffer, at, true);
  other.write(at, to, wire);
  return other.written(0);
}

/** As many rows as an event holds. */
function chunkAt(buffer: Buffer, from: number, to: number): { readonly end: number; readonly rows: number } {
  let rows = 0;
  let end = from;
  while (end < to && rows < CHUNK_ROWS && end - from < CHUNK_BYTES) {
    end += 1 + int32(buffer, end + 1);
    rows++;
  }
  return { end, rows };
}
