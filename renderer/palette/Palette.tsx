/** Ctrl-K: one box that finds everything one can do or go to. */
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { commandsFor, commandsNow, type Command } from '../commands.ts';
import { useKeepPreferences, usePreferences } from '../preferences.ts';
import type { Place } from '../router.ts';
import { Keys } from '../ui/Keys.tsx';
import { useSteady } from '../ui/use-steady.ts';
import { PALETTE } from '../words/palette.ts';
import { entriesFor, type Entry } from './entries.ts';
import './palette.css';
import { savedCommands } from './saved-commands.ts';
import { useSessionCommands } from './session-commands.ts';
import { typedCommands } from './typed-commands.ts';

/** Longest name and detail shown; both may hold what was recorded. */
const NAME_LENGTH = 120;

/** Rows that Page Up and Page Down go. */
const PAGE = 10;

interface PaletteProps {
  readonly place: Place;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** The dialog; what is chosen runs when it is closed and what had the focus has it again. */
export function Palette({ place, open, onOpenChange }: PaletteProps) {
  const chosen = useRef<Command | null>(null);
  const before = useRef<Element | null>(null);
  const { keep } = useKeepPreferences();
  const choose = (command: Command): void => {
    chosen.current = command;
    keep({ kind: 'useCommand', id: command.id });
    onOpenChange(false);
  };
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-veil" />
        <Dialog.Content
          className="palette"
          aria-describedby={undefined}
          data-testid="palette"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
            chosen.current?.run();
          }}
        >
          <Dialog.Title className="hidden-text">{PALETTE.title}</Dialog.Title>
          <Finder
            place={place}
            onOpened={(element) => {
              before.current = element;
              chosen.current = null;
            }}
            onChoose={choose}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface FinderProps {
  readonly place: Place;
  /** Told once what had the focus before. */
  readonly onOpened: (before: Element | null) => void;
  readonly onChoose: (command: Command) => void;
}

function Finder({ place, onOpened, onChoose }: FinderProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  /** Enter was pressed before anything was found: what is found first runs. */
  const [entered, setEntered] = useState(false);
  const [active, setActive] = useState(0);
  // As they were when the palette opened: nothing moves under who chooses.
  const [here] = useState(commandsNow);
  const preferences = usePreferences();
  const sessions = useSessionCommands(typed);
  const id = useId();
  const entries = entriesFor(
    typed,
    [...here, ...savedCommands(preferences, place), ...sessions.recent],
    typed.trim() === '' ? [] : [...commandsFor(typed.trim()), ...sessions.found, ...typedCommands(typed)],
    preferences.commands,
  );
  const current = Math.min(active, entries.length - 1);

  // Before it is seen, and not as Radix does, behind that: the first letters typed into it are its own.
  const opened = useSteady(() => {
    onOpened(document.activeElement);
    input.current?.focus();
  });
  useLayoutEffect(opened, [opened]);

  const first = entries[0]?.command;
  const run = useSteady(onChoose);
  useEffect(() => {
    if (entered && first !== undefined) run(first);
  }, [entered, first, run]);
  if (entered && first === undefined && !sessions.looking) setEntered(false);

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const entry = entries[current];
    if (event.key === 'Enter' && entry !== undefined) {
      event.preventDefault();
      onChoose(entry.command);
    } else if (event.key === 'Enter') setEntered(sessions.looking);
    const to = moved(event, current, entries.length);
    if (to === null) return;
    event.preventDefault();
    setActive(to);
  };

  return (
    <>
      <div className="palette-head">
        <Search size={16} className="palette-icon" aria-hidden />
        <input
          ref={input}
          className="palette-input"
          value={typed}
          placeholder={PALETTE.hint}
          spellCheck={false}
          autoComplete="off"
          role="combobox"
          aria-label={PALETTE.title}
          aria-expanded={entries.length > 0}
          aria-controls={id}
          aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
            setEntered(false);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <EntryList id={id} entries={entries} active={current} onActive={setActive} onChoose={onChoose} />
      {entries.length === 0 ? (
        <p className="palette-none">
          {PALETTE.nothing(visibleLine(typed, NAME_LENGTH))} {PALETTE.nothingHint}
        </p>
      ) : null}
      <p className="hidden-text" role="status">
        {PALETTE.found(entries.length)}
      </p>
      <p className="palette-foot" aria-hidden>
        <Keys keys={['↑', '↓']} /> {PALETTE.choose} <Keys keys={['Enter']} /> {PALETTE.run}{' '}
        <Keys keys={['Esc']} /> {PALETTE.close}
      </p>
    </>
  );
}

/** Where a key moves to among so many; null: nowhere. Ctrl-N and Ctrl-P as in editors. */
function moved(event: KeyboardEvent, from: number, count: number): number | null {
  if (count === 0) return null;
  const control = event.ctrlKey && !event.altKey && !event.metaKey;
  if (event.key === 'ArrowDown' || (control && event.key === 'n')) return (from + 1) % count;
  if (event.key === 'ArrowUp' || (control && event.key === 'p')) return (from - 1 + count) % count;
  if (event.key === 'PageDown') return Math.min(count - 1, from + PAGE);
  if (event.key === 'PageUp') return Math.max(0, from - PAGE);
  return null;
}

interface EntryListProps {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onChoose: (command: Command) => void;
}

function EntryList({ id, entries, active, onActive, onChoose }: EntryListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    if (active === 0) list.current?.scrollTo(0, 0);
  });
  return (
    <div ref={list} id={id} className="palette-list" role="listbox" aria-label={PALETTE.title}>
      {entries.map(({ command, heading, at }, index) => (
        <div key={`${heading ?? ''} ${command.id}`} role="presentation">
          {heading === undefined ? null : (
            <p className="palette-heading" role="presentation">
              {heading}
            </p>
          )}
          <div
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className="palette-entry"
            data-testid="palette-entry"
            onPointerMove={() => onActive(index)}
            onClick={() => onChoose(command)}
          >
            <span className="ellipsis">
              <Lettered text={visibleLine(command.name, NAME_LENGTH)} at={at} />
              {command.detail === undefined ? null : (
                <span className="palette-detail mono">{visibleLine(command.detail, NAME_LENGTH)}</span>
              )}
            </span>
            {command.keys === undefined ? null : <Keys keys={command.keys} />}
          </div>
        </div>
      ))}
    </div>
  );
}

/** A name with the letters that were typed made strong. */
function Lettered({ text, at }: { readonly text: string; readonly at: readonly number[] }) {
  if (at.length === 0) return text;
  const typed = new Set(at);
  return Array.from(text, (letter, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- letters have no names of their own
    typed.has(index) ? <b key={index}>{letter}</b> : letter,
  );
}
