/**
 * The screen of a terminal, and some lines above it, as text that makes an empty terminal of the same size what this one is: cells,
 * colours, cursor, modes. Each line is written by itself, so that nothing depends on what programs did to come there.
 */

/** Of xterm's cells what is read here. */
export interface ScreenLook {
  getFgColor(): number;
  getBgColor(): number;
  isFgRGB(): boolean;
  isFgPalette(): boolean;
  isBgRGB(): boolean;
  isBgPalette(): boolean;
  isBold(): number;
  isDim(): number;
  isItalic(): number;
  isUnderline(): number;
  isBlink(): number;
  isInverse(): number;
  isInvisible(): number;
  isStrikethrough(): number;
  isOverline(): number;
}

interface ScreenCell extends ScreenLook {
  getChars(): string;
  getWidth(): number;
}

interface ScreenLine<C> {
  readonly isWrapped: boolean;
  getCell(x: number, cell?: C): C | undefined;
}

interface ScreenBuffer<C> {
  readonly cursorX: number;
  readonly cursorY: number;
  readonly baseY: number;
  getLine(y: number): ScreenLine<C> | undefined;
  getNullCell(): C;
}

/** Of xterm's terminals, with and without a window, what is read here. */
export interface ScreenTerminal<C extends ScreenCell> {
  readonly cols: number;
  readonly rows: number;
  readonly buffer: {
    readonly active: ScreenBuffer<C> & { readonly type: 'normal' | 'alternate' };
    readonly normal: ScreenBuffer<C>;
    readonly alternate: ScreenBuffer<C>;
  };
  readonly modes: {
    readonly insertMode: boolean;
    readonly originMode: boolean;
    readonly wraparoundMode: boolean;
    readonly reverseWraparoundMode: boolean;
  };
}

/** What is written next looks so; xterm tells nobody, and its own addons take it from there as well. */
interface Penned {
  readonly _core: { readonly _inputHandler: { readonly _curAttrData: ScreenLook } };
}

const PLAIN = '\x1b[m';

/** The text; `scrollback` lines above the screen at most, and what sets the margins of a first screen that the other one hides. */
export function screenText<C extends ScreenCell>(
  terminal: ScreenTerminal<C>,
  scrollback: number,
  hiddenMargins: string,
): string {
  const { active, normal, alternate } = terminal.buffer;
  const shown = active.type === 'alternate' ? alternate : normal;
  let text = linesText(normal, Math.max(0, normal.baseY - scrollback), terminal);
  if (shown === alternate)
    text += `${hiddenMargins}${cursorText(normal, terminal)}${PLAIN}\x1b[?1049h\x1b[H${linesText(alternate, 0, terminal)}`;
  const { modes } = terminal;
  // The cursor goes home when lines begin to be counted from the margins, which are not there yet.
  if (modes.originMode) text += '\x1b[?6h';
  text += cursorText(shown, terminal);
  if (modes.insertMode) text += '\x1b[4h';
  if (modes.reverseWraparoundMode) text += '\x1b[?45h';
  if (!modes.wraparoundMode) text += '\x1b[?7l';
  // oxlint-disable-next-line no-underscore-dangle -- xterm's own names
  return text + lookText((terminal as unknown as Penned)._core._inputHandler._curAttrData);
}

/** Lines from one on to the last of the screen. */
function linesText<C extends ScreenCell>(
  buffer: ScreenBuffer<C>,
  first: number,
  { cols, rows }: ScreenTerminal<C>,
): string {
  const cell = buffer.getNullCell();
  const last = buffer.baseY + rows - 1;
  let text = '';
  for (let y = first; y <= last; y++) {
    const line = buffer.getLine(y);
    const { text: written, end } = line === undefined ? { text: '', end: 0 } : lineText(line, cols, cell);
    text += written;
    if (y < last && !goesOn(buffer.getLine(y + 1), end, cols, cell)) text += '\r\n';
  }
  return text;
}

/** Whether a line that is written behind one that ends at `end` wraps by itself, and leaves no colour on the line it begins. */
function goesOn<C extends ScreenCell>(
  next: ScreenLine<C> | undefined,
  end: number,
  cols: number,
  cell: C,
): boolean {
  const head = next?.isWrapped === true ? next.getCell(0, cell) : undefined;
  if (head === undefined || head.getChars() === '' || head.isBgRGB() || head.isBgPalette()) return false;
  return end + head.getWidth() > cols;
}

/** One line from its first cell on, in plain look before and behind; `end` is where its last character ends. */
function lineText<C extends ScreenCell>(
  line: ScreenLine<C>,
  cols: number,
  work: C,
): { readonly text: string; readonly end: number } {
  let text = '';
  let end = 0;
  let look = PLAIN;
  /** Empty cells that were passed over. */
  let empty = 0;
  let x = 0;
  while (x < cols) {
    const cell = line.getCell(x, work);
    if (cell === undefined) break;
    const chars = cell.getChars();
    const isBare = chars === '' && !cell.isBgRGB() && !cell.isBgPalette();
    const width = Math.max(1, cell.getWidth());
    x += width;
    if (isBare) {
      empty += width;
      continue;
    }
    if (empty > 0) text += `\x1b[${empty}C`;
    empty = 0;
    const now = lookText(cell);
    if (now !== look) text += now;
    look = now;
    if (chars !== '') {
      text += chars;
      end = x;
    } else if (cell.getWidth() > 0) {
      // Empty in a colour.
      text += '\x1b[X';
      empty = width;
    }
  }
  return { text: look === PLAIN ? text : text + PLAIN, end };
}

/** Puts the cursor in its place; behind a full line it waits for the next character to wrap. */
function cursorText<C extends ScreenCell>(buffer: ScreenBuffer<C>, { cols }: ScreenTerminal<C>): string {
  const { cursorX: x, cursorY: y } = buffer;
  const at = (column: number): string => `\x1b[${y + 1};${column + 1}H`;
  if (x < cols) return at(x);
  const line = buffer.getLine(buffer.baseY + y);
  const cell = buffer.getNullCell();
  const column = line?.getCell(cols - 1, cell)?.getWidth() === 0 ? cols - 2 : cols - 1;
  const last = line?.getCell(column, cell);
  if (last === undefined || last.getChars() === '') return at(cols - 1);
  return at(column) + lookText(last) + last.getChars() + PLAIN;
}

/** The colours and styles of a cell, whatever was before. */
function lookText(cell: ScreenLook): string {
  const flags =
    (cell.isBold() ? ';1' : '') +
    (cell.isDim() ? ';2' : '') +
    (cell.isItalic() ? ';3' : '') +
    (cell.isUnderline() ? ';4' : '') +
    (cell.isBlink() ? ';5' : '') +
    (cell.isInverse() ? ';7' : '') +
    (cell.isInvisible() ? ';8' : '') +
    (cell.isStrikethrough() ? ';9' : '') +
    (cell.isOverline() ? ';53' : '');
  const front = cell.isFgRGB() || cell.isFgPalette() ? colorText(38, cell.getFgColor(), cell.isFgRGB()) : '';
  const back = cell.isBgRGB() || cell.isBgPalette() ? colorText(48, cell.getBgColor(), cell.isBgRGB()) : '';
  const codes = flags + front + back;
  return codes === '' ? PLAIN : `\x1b[0${codes}m`;
}

function colorText(code: 38 | 48, color: number, isRgb: boolean): string {
  return isRgb ? `;${code};2;${color >>> 16};${(color >>> 8) & 255};${color & 255}` : `;${code};5;${color}`;
}
