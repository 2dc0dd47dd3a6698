/** The terminal's sixteen colours, taken from the window's own by role. */
import type { ITheme } from '@xterm/xterm';
import type { Colors } from '../theme.ts';

export function terminalTheme(colors: Colors): ITheme {
  const text = colors['text-1'];
  const quiet = colors['text-3'];
  return {
    background: colors.terminal,
    foreground: text,
    cursor: colors.accent,
    cursorAccent: colors.terminal,
    selectionBackground: colors.selection,
    scrollbarSliderBackground: colors.scroll,
    scrollbarSliderHoverBackground: colors['border-strong'],
    scrollbarSliderActiveBackground: colors['border-strong'],
    black: quiet,
    red: colors.error,
    green: colors.approved,
    yellow: colors.write,
    blue: colors.accent,
    magenta: colors.schema,
    cyan: colors.masked,
    white: text,
    brightBlack: quiet,
    brightRed: colors.denied,
    brightGreen: colors.approved,
    brightYellow: colors.held,
    brightBlue: colors.accent,
    brightMagenta: colors.schema,
    brightCyan: colors.masked,
    brightWhite: text,
  };
}
