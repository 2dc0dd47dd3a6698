/** The rail at the left: places, theme, help. */
import {
  CircleHelp,
  Flag,
  Hand,
  List,
  Moon,
  Rows3,
  Search,
  ServerCog,
  SquareTerminal,
  Sun,
} from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { commandsNow, useCommands } from './commands.ts';
import { ALL_FINDINGS, ALL_NOTES } from './findings-address.ts';
import { keyGroups } from './help.ts';
import { useWaiting } from './inbox.ts';
import { useDenied } from './me.ts';
import { Palette } from './palette/Palette.tsx';
import { PersonButton } from './PersonButton.tsx';
import { GATEWAY, goTo, HOME, placeAt, type Place } from './router.ts';
import { StandingBadge } from './StandingBadge.tsx';
import { toggleTheme, useTheme } from './theme.ts';
import { IconButton } from './ui/Button.tsx';
import { HelpDialog } from './ui/HelpDialog.tsx';
import { COMMANDS } from './words/commands.ts';
import { FINDINGS_COMMANDS } from './words/findings.ts';
import { RAIL } from './words/rail.ts';

const ICON = 18;

/** A place that the rail goes to: by its button, `g` and its letter, or the capital letter alone. */
interface RailPlace {
  readonly name: Place['name'];
  readonly words: string;
  readonly command: string;
  readonly letter: string;
  readonly icon: ReactNode;
  readonly go: () => void;
}

/** Places that are not on the rail, by the one they lie within. */
const WITHIN: ReadonlyMap<Place['name'], Place['name']> = new Map([
  ['session', 'sessions'],
  ['finding', 'findings'],
  ['reviews', 'findings'],
  ['notes', 'findings'],
  ['case-log', 'findings'],
]);

export function Rail({ place }: { readonly place: Place }) {
  const [open, setOpen] = useState<'nothing' | 'help' | 'palette'>('nothing');
  const waiting = useWaiting();
  const places = placesFrom(place, waiting);
  usePaletteKey(() => setOpen('palette'));
  useRailCommands(places, () => setOpen('help'));

  useEffect(() => {
    document.title = RAIL.title(waiting);
  }, [waiting]);

  return (
    <nav className="rail" aria-label={RAIL.label}>
      <IconButton
        name={RAIL.start}
        icon={<SquareTerminal className="rail-mark" size={22} aria-hidden />}
        className="rail-button"
        current={place.name === 'start'}
        side="right"
        onClick={() => goTo({ name: 'start' })}
      />
      {places.map(({ name, words, letter, icon, go }) => (
        <span key={name} className="rail-badged">
          <IconButton
            name={words}
            shortcut={letter.toUpperCase()}
            icon={icon}
            className="rail-button"
            current={place.name === name || WITHIN.get(place.name) === name}
            side="right"
            onClick={go}
          />
          {name !== 'approvals' || waiting === 0 ? null : (
            <span className="rail-badge" data-testid="badge" aria-hidden>
              {waiting > 99 ? '99+' : waiting}
            </span>
          )}
        </span>
      ))}
      <span className="rail-fill" />
      <IconButton
        name={RAIL.find}
        shortcut="Ctrl-K"
        icon={<Search size={ICON} aria-hidden />}
        className="rail-button"
        side="right"
        onClick={() => setOpen('palette')}
      />
      <PersonButton />
      <ThemeButton />
      <IconButton
        name={RAIL.keys}
        shortcut="?"
        icon={<CircleHelp size={ICON} aria-hidden />}
        className="rail-button"
        side="right"
        onClick={() => setOpen('help')}
      />
      <StandingBadge />
      <HelpDialog
        groups={open === 'help' ? keyGroups(commandsNow()) : []}
        open={open === 'help'}
        onOpenChange={(shown) => setOpen(shown ? 'help' : 'nothing')}
      />
      <Palette
        place={place}
        open={open === 'palette'}
        onOpenChange={(shown) => setOpen(shown ? 'palette' : 'nothing')}
      />
    </nav>
  );
}

function ThemeButton() {
  const theme = useTheme();
  return (
    <IconButton
      name={theme === 'dark' ? RAIL.light : RAIL.dark}
      icon={theme === 'dark' ? <Sun size={ICON} aria-hidden /> : <Moon size={ICON} aria-hidden />}
      className="rail-button"
      side="right"
      onClick={toggleTheme}
    />
  );
}

/** From a list to another the filter comes along. */
function placesFrom(place: Place, waiting: number): RailPlace[] {
  const filter = 'filter' in place ? place.filter : '';
  return [
    {
      name: 'sessions',
      words: RAIL.sessions,
      command: COMMANDS.goSessions,
      letter: 's',
      icon: <List size={ICON} aria-hidden />,
      go: () => goTo({ ...HOME, filter }),
    },
    {
      name: 'statements',
      words: RAIL.statements,
      command: COMMANDS.goStatements,
      letter: 'q',
      icon: <Rows3 size={ICON} aria-hidden />,
      go: () => goTo(placeAt(`/statements?filter=${encodeURIComponent(filter)}`)),
    },
    {
      name: 'approvals',
      words: RAIL.approvals(waiting),
      command: COMMANDS.goApprovals,
      letter: 'a',
      icon: <Hand size={ICON} aria-hidden />,
      go: () => goTo(placeAt('/approvals')),
    },
    {
      name: 'findings',
      words: RAIL.findings,
      command: COMMANDS.goFindings,
      letter: 'f',
      icon: <Flag size={ICON} aria-hidden />,
      go: () => goTo(ALL_FINDINGS),
    },
    {
      name: 'gateway',
      words: RAIL.gateway,
      command: COMMANDS.goGateway,
      letter: 'g',
      icon: <ServerCog size={ICON} aria-hidden />,
      go: () => goTo(GATEWAY),
    },
  ];
}

function useRailCommands(places: readonly RailPlace[], showKeys: () => void): void {
  const theme = useTheme();
  const mayReadLog = useDenied('case:log') === null;
  useCommands([
    ...places.map(({ name, command, letter, go }) => ({
      id: `go.${name}`,
      name: command,
      group: 'go' as const,
      keys: ['g', letter],
      alias: letter.toUpperCase(),
      run: go,
    })),
    {
      id: 'go.reviews',
      name: FINDINGS_COMMANDS.goReviews,
      group: 'go',
      run: () => goTo(placeAt('/findings/reviews')),
    },
    { id: 'go.notes', name: FINDINGS_COMMANDS.goNotes, group: 'go', run: () => goTo(ALL_NOTES) },
    {
      id: 'go.case-log',
      name: FINDINGS_COMMANDS.goLog,
      group: 'go',
      when: mayReadLog,
      run: () => goTo({ name: 'case-log' }),
    },
    { id: 'go.start', name: COMMANDS.goStart, group: 'go', run: () => goTo({ name: 'start' }) },
    {
      id: 'window.theme',
      name: theme === 'dark' ? COMMANDS.light : COMMANDS.dark,
      group: 'window',
      run: toggleTheme,
    },
    { id: 'window.keys', name: COMMANDS.keys, group: 'window', keys: ['?'], run: showKeys },
  ]);
}

/** Ctrl-K, and on a Mac ⌘K, from text fields and the terminal too: before any of them sees it. */
function usePaletteKey(show: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const control = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
      if (!control || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      event.stopPropagation();
      show();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [show]);
}
