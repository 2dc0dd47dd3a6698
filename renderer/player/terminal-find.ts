/** Looks for text in what a terminal holds: its screen and what scrolls back. */
import { SearchAddon, type ISearchOptions } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import type { Colors } from '../theme.ts';

/** Hits that are marked and counted at most; a screen and 3,000 lines hold few more of anything that is looked for. */
const MOST_HITS = 2_000;

/** What is looked for. */
export interface TerminalWanted {
  readonly text: string;
  readonly regex: boolean;
  readonly caseMatters: boolean;
}

/** How many hits there are, and which of them, from 0, is the current one; -1: none is, or there are too many to count. */
export interface TerminalHits {
  readonly at: number;
  readonly all: number;
}

export interface TerminalFind {
  /** Marks all hits, and goes to the next one; with -1 to the one before, with 0 to the nearest. */
  readonly find: (wanted: TerminalWanted, direction: 1 | 0 | -1, colors: Colors) => void;
  readonly clear: () => void;
  /** The text of the screen and of what scrolls back. */
  readonly text: () => string;
  readonly selection: () => string;
}

/** `onHits` is told whenever hits are counted anew, by whatever changed. */
export function terminalFind(terminal: Terminal, onHits: (hits: TerminalHits) => void): TerminalFind {
  const search = new SearchAddon({ highlightLimit: MOST_HITS });
  terminal.loadAddon(search);
  // Gone with the terminal that it is loaded into.
  search.onDidChangeResults(({ resultIndex, resultCount }) => onHits({ at: resultIndex, all: resultCount }));
  const clear = (): void => {
    search.clearDecorations();
    terminal.clearSelection();
  };
  return {
    find: ({ text, regex, caseMatters }, direction, colors) => {
      if (text === '') return clear();
      const options: ISearchOptions = {
        regex,
        caseSensitive: caseMatters,
        incremental: direction === 0,
        decorations: {
          matchBackground: colors.selection,
          matchOverviewRuler: colors.accent,
          activeMatchBackground: colors.selection,
          activeMatchBorder: colors.accent,
          activeMatchColorOverviewRuler: colors.accent,
        },
      };
      if (direction === -1) search.findPrevious(text, options);
      else search.findNext(text, options);
    },
    clear,
    text: () => bufferText(terminal),
    selection: () => terminal.getSelection(),
  };
}

/** Lines as they were before they broke at the terminal's edge. */
function bufferText(terminal: Terminal): string {
  const { active } = terminal.buffer;
  let text = '';
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    if (line === undefined) continue;
    const goesOn = active.getLine(row + 1)?.isWrapped ?? false;
    text += goesOn ? line.translateToString(false) : `${line.translateToString(true)}\n`;
  }
  return text.trimEnd();
}
