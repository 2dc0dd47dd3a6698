/**
 * The terminal at the cursor. It only shows: it takes no input, answers nothing, follows no link. Its text stands beside
 * it for screen readers, and Tab passes it by.
 */
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { screenText } from '../../shared/replay/screen-text.ts';
import { sizedParts } from '../../shared/replay/terminal-text.ts';
import { colorsOf, useTheme } from '../theme.ts';
import { PANES } from '../words/replay.ts';
import { terminalFind, type TerminalFind, type TerminalHits } from './terminal-find.ts';
import { terminalTheme } from './terminal-theme.ts';
import { drawOnCard } from './webgl.ts';

/** Lines that scroll back: what a window of painted text holds. */
const SCROLLBACK = 3_000;

/** Below this width, in px, 80 columns of the larger type do not fit. */
const NARROW = 600;

/** Pause before the transcript follows, in ms: playing fast must not flood a screen reader. */
const TRANSCRIPT_MS = 120;

/** Lines that scroll back in a {@link TerminalToPaint.snapshot}. */
const SNAPSHOT_LINES = 200;

/** Type that is still read, in px; what does not fit at that size scrolls. */
const SMALLEST_TYPE = 6;
/** Of JetBrains Mono: a cell's width and height for each px of type. */
const CELL_WIDTH = 0.6;
const LINE_HEIGHT = 1.25;

/** Reset of the terminal (RIS). */
const RESET = '\x1bc';

/** What painting needs of a terminal. */
export interface TerminalToPaint {
  /** Resolves once all of it is on the screen. A size in it (terminal-text.ts) is the terminal's for good. */
  readonly write: (text: string) => Promise<void>;
  readonly columns: () => number;
  readonly rows: () => number;
  /** Text that makes an empty terminal what this one is, with margins of a screen that another hides. */
  readonly snapshot: (hiddenMargins: string) => string;
  /**
   * Says that it shows the last output alone, and what share of the recording was played; null: it shows all of it. Absent: whoever
   * paints waits until it can show all.
   */
  readonly tellPlayed?: (share: number | null) => void;
}

interface TerminalPaneProps {
  /** Takes the terminal, once; gives back how to stop. */
  readonly onReady: (terminal: TerminalToPaint) => () => void;
  /** The terminal has another width now. */
  readonly onResize: () => void;
  /** Takes what looks for text in it, once. */
  readonly onFind?: ((find: TerminalFind | null) => void) | undefined;
  readonly onHits?: ((hits: TerminalHits) => void) | undefined;
  /** It has been on its way to another frame for long. */
  readonly waits?: boolean;
}

export function TerminalPane({ onReady, onResize, onFind, onHits, waits = false }: TerminalPaneProps) {
  const host = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal>(null);
  const [transcript, setTranscript] = useState('');
  const [played, setPlayed] = useState<number | null>(null);
  const theme = useTheme();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const opened = openTerminal(element);
    terminal.current = opened.terminal;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const follow = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        setTranscript(visibleText(opened.terminal));
      }, TRANSCRIPT_MS);
    };
    const scrolled = opened.terminal.onScroll(follow);
    const resized = opened.terminal.onResize(onResize);
    onFind?.(terminalFind(opened.terminal, (hits) => onHits?.(hits)));
    const stop = onReady({
      write: async (text) => {
        await opened.write(text);
        follow();
      },
      columns: () => opened.terminal.cols,
      rows: () => opened.terminal.rows,
      snapshot: opened.snapshot,
      tellPlayed: setPlayed,
    });
    return () => {
      stop();
      onFind?.(null);
      scrolled.dispose();
      resized.dispose();
      if (timer !== null) clearTimeout(timer);
      terminal.current = null;
      opened.close();
    };
  }, [onReady, onResize, onFind, onHits]);

  useEffect(() => {
    if (terminal.current !== null) terminal.current.options.theme = terminalTheme(colorsOf(theme));
  }, [theme]);

  return (
    <div
      className="replay-terminal"
      role="region"
      aria-label={PANES.names.terminal}
      tabIndex={0}
      onKeyDown={(event) => scrollBy(event, terminal.current)}
      onCopy={(event) => {
        const selected = terminal.current?.getSelection() ?? '';
        if (selected === '') return;
        event.clipboardData.setData('text/plain', selected);
        event.preventDefault();
      }}
    >
      <div ref={host} className="terminal-host" aria-hidden />
      <pre className="hidden-text" data-testid="terminal-text">
        {transcript}
      </pre>
      {played !== null || waits ? (
        <p className="terminal-wait" role="status">
          {played === null ? PANES.playedUpTo : PANES.playedSoFar(played)}
        </p>
      ) : null}
    </div>
  );
}

interface OpenTerminal {
  readonly terminal: Terminal;
  readonly write: (text: string) => Promise<void>;
  readonly snapshot: (hiddenMargins: string) => string;
  readonly close: () => void;
}

function openTerminal(element: HTMLElement): OpenTerminal {
  let room = roomOf(element);
  const terminal = new Terminal({
    disableStdin: true,
    cursorBlink: false,
    cursorInactiveStyle: 'block',
    scrollback: SCROLLBACK,
    fontFamily: "'JetBrains Mono', monospace",
    fontSize: fontSize(room),
    lineHeight: LINE_HEIGHT,
    minimumContrastRatio: 4.5,
    // The addon for Unicode 11 widths needs it.
    allowProposedApi: true,
    linkHandler: null,
    logLevel: 'off',
  });
  let closed = false;
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.open(element);
  // Keys belong to the window: the pane around the terminal holds the focus, and Tab leaves it.
  terminal.attachCustomKeyEventHandler(() => false);
  if (terminal.textarea !== undefined) terminal.textarea.disabled = true;
  const stopDrawing = drawOnCard(terminal);
  /** Of a recorded terminal, which does not follow the window. */
  let size: Size | null = null;
  const refit = (): void => {
    terminal.options.fontSize = size === null ? fontSize(room) : fittingSize(room, size);
    if (size === null) fit.fit();
    else terminal.resize(size.columns, size.rows);
  };
  const written = (text: string): Promise<void> =>
    text === '' ? Promise.resolve() : new Promise((resolve) => terminal.write(text, resolve));
  const write = async (text: string): Promise<void> => {
    for (const part of sizedParts(text)) {
      // At once: nobody sees it empty, and its lines are not wrapped anew to be thrown away.
      if (part.text === RESET && part.size !== null) terminal.reset();
      else await written(part.text);
      if (part.size === null || closed) return;
      ({ size } = part);
      element.toggleAttribute('data-recorded', true);
      refit();
    }
  };
  const observer = new ResizeObserver(() => {
    room = roomOf(element);
    refit();
  });
  observer.observe(element);
  // Cells are measured, and glyphs drawn, anew once the type is there.
  const faces = ["12px 'JetBrains Mono'", "bold 12px 'JetBrains Mono'"].map((face) =>
    document.fonts.load(face),
  );
  const redraw = (): void => {
    if (closed) return;
    refit();
    terminal.clearTextureAtlas();
  };
  void Promise.all(faces).then(redraw);
  return {
    terminal,
    write,
    snapshot: (margins) => screenText(terminal, SNAPSHOT_LINES, margins),
    close: () => {
      closed = true;
      observer.disconnect();
      stopDrawing();
      terminal.dispose();
    },
  };
}

/** Of the terminal's place, in px. Asked where it is laid out anyway: asking elsewhere lays out the window. */
interface Room {
  readonly width: number;
  readonly height: number;
}

function roomOf({ clientWidth, clientHeight }: HTMLElement): Room {
  return { width: clientWidth, height: clientHeight };
}

/** Smaller where 80 columns would not fit otherwise: psql's tables are made for them. */
function fontSize({ width }: Room): number {
  return width < NARROW ? 11 : 12;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The largest type at which a recorded screen is seen whole. */
function fittingSize(room: Room, { columns, rows }: Size): number {
  const wide = room.width / (columns * CELL_WIDTH);
  const high = room.height / (rows * LINE_HEIGHT);
  return Math.max(SMALLEST_TYPE, Math.min(fontSize(room) + 2, Math.floor(Math.min(wide, high) * 2) / 2));
}

function visibleText(terminal: Terminal): string {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: terminal.rows }, (_, row) =>
    active.getLine(active.viewportY + row)?.translateToString(true),
  );
  return lines.join('\n').trimEnd();
}

function scrollBy(event: KeyboardEvent, terminal: Terminal | null): void {
  if (terminal === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, terminal.rows - 1);
  const lines = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[event.key];
  if (lines === undefined) return;
  event.preventDefault();
  terminal.scrollLines(lines);
}
