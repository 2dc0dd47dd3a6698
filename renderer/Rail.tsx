/** The rail at the left: places, theme, help. */
import { CircleHelp, Hand, List, Moon, Rows3, SquareTerminal, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { KEYS } from './help.ts';
import { useWaiting } from './inbox.ts';
import { PersonButton } from './PersonButton.tsx';
import { useKeys } from './ui/keys.ts';
import { goTo, type Place } from './router.ts';
import { StandingBadge } from './StandingBadge.tsx';
import { toggleTheme, useTheme } from './theme.ts';
import { IconButton } from './ui/Button.tsx';
import { HelpDialog } from './ui/HelpDialog.tsx';

const ICON = 18;

/** How long after `g` the next key still names a place. */
const CHORD_MS = 1_200;

export function Rail({ place }: { readonly place: Place }) {
  const theme = useTheme();
  const [help, setHelp] = useState(false);
  const [goPressed, setGoPressed] = useState(Number.NEGATIVE_INFINITY);
  const filter = 'filter' in place ? place.filter : '';
  const toSessions = (): void => goTo({ name: 'sessions', filter, sort: '-started', selected: null });
  const toStatements = (): void => goTo({ name: 'statements', filter });
  const inChord = (act: () => void) => (event: KeyboardEvent) => {
    if (event.timeStamp - goPressed >= CHORD_MS) return false;
    setGoPressed(Number.NEGATIVE_INFINITY);
    return act();
  };

  const toApprovals = (): void => goTo({ name: 'approvals', request: null });
  const waiting = useWaiting();

  useEffect(() => {
    document.title = waiting === 0 ? 'Auditorium' : `(${waiting}) Auditorium`;
  }, [waiting]);

  useKeys({
    '?': () => setHelp(true),
    g: (event) => setGoPressed(event.timeStamp),
    s: inChord(toSessions),
    q: inChord(toStatements),
    a: inChord(toApprovals),
    A: toApprovals,
    S: toSessions,
    Q: toStatements,
  });

  return (
    <nav className="rail" aria-label="Places">
      <SquareTerminal className="rail-mark" size={22} aria-label="Auditorium" />
      <IconButton
        name="Sessions"
        shortcut="S"
        icon={<List size={ICON} aria-hidden />}
        className="rail-button"
        current={place.name === 'sessions' || place.name === 'session'}
        side="right"
        onClick={toSessions}
      />
      <IconButton
        name="Statements"
        shortcut="Q"
        icon={<Rows3 size={ICON} aria-hidden />}
        className="rail-button"
        current={place.name === 'statements'}
        side="right"
        onClick={toStatements}
      />
      <span className="rail-badged">
        <IconButton
          name={waiting === 0 ? 'Approvals' : `Approvals: ${waiting} waiting`}
          shortcut="A"
          icon={<Hand size={ICON} aria-hidden />}
          className="rail-button"
          current={place.name === 'approvals'}
          side="right"
          onClick={toApprovals}
        />
        {waiting === 0 ? null : (
          <span className="rail-badge" data-testid="badge" aria-hidden>
            {waiting > 99 ? '99+' : waiting}
          </span>
        )}
      </span>
      <span className="rail-fill" />
      <PersonButton />
      <IconButton
        name={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        icon={theme === 'dark' ? <Sun size={ICON} aria-hidden /> : <Moon size={ICON} aria-hidden />}
        className="rail-button"
        side="right"
        onClick={toggleTheme}
      />
      <IconButton
        name="Keys"
        shortcut="?"
        icon={<CircleHelp size={ICON} aria-hidden />}
        className="rail-button"
        side="right"
        onClick={() => setHelp(true)}
      />
      <StandingBadge />
      <HelpDialog groups={KEYS} open={help} onOpenChange={setHelp} />
    </nav>
  );
}
