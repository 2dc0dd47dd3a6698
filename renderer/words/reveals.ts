/** What the case's log says of values that were looked at in full: where they stand, not what they are. */
const count = (n: number): string => n.toLocaleString('en-US');

export const REVEALS = {
  /** Looked at, of a cell that the grid clips or the policy masked. */
  cell: (column: string, row: number, sequence: number) =>
    `${column}, row ${count(row)} of the result at event ${sequence}`,
  copiedCell: (column: string, row: number, sequence: number) =>
    `copied ${column}, row ${count(row)} of the result at event ${sequence}`,
  copiedRow: (row: number, sequence: number) => `copied row ${count(row)} of the result at event ${sequence}`,
  copiedColumn: (column: string, sequence: number) => `copied ${column} of the result at event ${sequence}`,
  copiedBytes: (part: string, sequence: number) => `copied bytes of ${part} of event ${sequence}`,
} as const;
