/** CSV as RFC 4180 says, for tests that read exports back. */

/** The lines, each as its cells. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Error(`no CSV from character ${lines.length} on`);
    cells.push(found[1]?.replaceAll('""', '"') ?? found[3] ?? '');
    if ((found[2] ?? found[4]) === ',') continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}

/** The value of a cell before it was defused. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
