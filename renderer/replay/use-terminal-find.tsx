/** Looking for text in the terminal, and copying from it. */
import { Copy, Search } from 'lucide-react';
import { useCallback, useRef, useState, type ReactNode } from 'react';
import { useCommands } from '../commands.ts';
import type { TerminalFind, TerminalHits } from '../player/terminal-find.ts';
import { colorsOf, useTheme } from '../theme.ts';
import { IconButton } from '../ui/Button.tsx';
import { FindBar } from '../ui/FindBar.tsx';
import { formatCount } from '../ui/format.ts';
import { useCopied } from '../ui/use-copied.ts';
import { useFindKey } from '../ui/use-find-key.ts';
import { NOTHING_WANTED, patternOf, type Wanted } from '../ui/wanted.ts';
import { FIND } from '../words/find.ts';
import { PANES } from '../words/replay.ts';

const NO_HITS: TerminalHits = { at: -1, all: 0 };

interface TerminalFinding {
  readonly onFind: (find: TerminalFind | null) => void;
  readonly onHits: (hits: TerminalHits) => void;
  /** For the head of the pane. */
  readonly tools: ReactNode;
  /** Below the head, while something is looked for. */
  readonly bar: ReactNode;
}

/** `first`: the search keys of the session are the terminal's, and no other view's. */
export function useTerminalFind(first: boolean): TerminalFinding {
  const find = useRef<TerminalFind>(null);
  const [hits, setHits] = useState(NO_HITS);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const { said, copy } = useCopied();
  const theme = useTheme();
  const where = PANES.names.terminal;
  const open = (): void => setWanted((before) => before ?? NOTHING_WANTED);
  useFindKey(first, open);
  useCommands([
    { id: 'terminal.find', name: FIND.open(where), group: 'view', when: first, keys: [FIND.key], run: open },
    {
      id: 'terminal.copy',
      name: FIND.copyScreen,
      group: 'view',
      run: () => copy(find.current?.text() ?? ''),
    },
  ]);
  const look = (now: Wanted, direction: 1 | 0 | -1): void => {
    setWanted(now);
    if (patternOf(now) === null) find.current?.clear();
    else find.current?.find(now, direction, colorsOf(theme));
    if (patternOf(now) === null) setHits(NO_HITS);
  };
  const onFind = useCallback((found: TerminalFind | null) => {
    find.current = found;
  }, []);
  return {
    onFind,
    onHits: setHits,
    tools: (
      <>
        {said === null ? null : <span className="cell-quiet">{said}</span>}
        <IconButton
          name={FIND.copyScreen}
          className="pane-button"
          icon={<Copy size={13} aria-hidden />}
          onClick={() => copy(find.current?.selection() || (find.current?.text() ?? ''))}
        />
        <IconButton
          name={FIND.open(where)}
          {...(first ? { shortcut: FIND.key } : {})}
          className="pane-button"
          icon={<Search size={13} aria-hidden />}
          onClick={open}
        />
      </>
    ),
    bar:
      wanted === null ? null : (
        <FindBar
          where={where}
          wanted={wanted}
          onWant={(now) => look(now, 0)}
          onStep={(direction) => look(wanted, direction)}
          onClose={() => {
            find.current?.clear();
            setHits(NO_HITS);
            setWanted(null);
          }}
          says={saysOf(wanted, hits)}
        />
      ),
  };
}

function saysOf(wanted: Wanted, { at, all }: TerminalHits): string {
  if (wanted.text === '') return '';
  if (patternOf(wanted) === null) return FIND.notRegex;
  if (all === 0) return FIND.none;
  return at < 0 ? FIND.many(formatCount(all)) : FIND.some(formatCount(at + 1), formatCount(all));
}
