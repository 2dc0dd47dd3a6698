/** A recorded terminal on the terminal: as it was, once its size is told; else as a stream of text. */
import { noteLine } from './palette.ts';
import type { PainterState } from './painter-state.ts';
import { noteSize } from './terminal-settings.ts';
import { newTerminalState, sizeSequence, terminalText } from './terminal-text.ts';

/** The whole screen is the recording's from its first size on. */
const BEGIN = '\x1b[!p\x1b[H\x1b[2J\x1b[3J';

/** Whether the screen is a recorded one: the player's own lines would stand in its way. */
export function isScreen({ terminal }: PainterState): boolean {
  return terminal !== null && terminal.size !== null;
}

/** A size, the first of which begins a screen. */
export function paintSize(
  { columns, rows }: { readonly columns: number; readonly rows: number },
  state: PainterState,
): string {
  const begins = !isScreen(state);
  state.terminal ??= newTerminalState();
  state.terminal.size = { columns, rows };
  noteSize(state.terminal.settings);
  return sizeSequence(state.terminal.size) + (begins ? BEGIN : '');
}

/** What the terminal was told to show. */
export function paintTerminal(data: Uint8Array | null | undefined, state: PainterState): string {
  if (!data) return noteLine('(output redacted)');
  state.terminal ??= newTerminalState();
  const text = terminalText(data, state.terminal);
  return isScreen(state) ? text : text.replaceAll(/\r?\n/g, '\r\n');
}
