/** “Compare…”: with another run of the same job, or with whatever session is selected next. */
import { GitCompareArrows, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, useSyncExternalStore } from 'react';
import type { SessionRow } from '../shared/api/session.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useCommands } from './commands.ts';
import { compare, RunList } from './RunList.tsx';
import { IconButton } from './ui/Button.tsx';
import { COMPARE } from './words/compare.ts';

/** Longest name shown. */
const NAME_LENGTH = 60;

/** The session that waits for the one it is to be compared with. */
let held: SessionRow | null = null;
const listeners = new Set<() => void>();

function hold(session: SessionRow | null): void {
  held = session;
  for (const listener of listeners) listener();
}

function useHeld(): SessionRow | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => held,
  );
}

interface CompareMenuProps {
  readonly session: SessionRow;
  /** Where others can be selected: c then takes one after the other. */
  readonly inList?: boolean;
}

export function CompareMenu({ session, inList = false }: CompareMenuProps) {
  const [open, setOpen] = useState(false);
  const waiting = useHeld();
  const other = inList && waiting?.id !== session.id ? waiting : null;
  const take = (): void => {
    if (!inList) setOpen(true);
    else if (other === null) hold(session);
    else {
      hold(null);
      compare(other, session);
    }
  };
  useCommands([
    {
      id: 'session.compare',
      name: other === null ? COMPARE.command : COMPARE.commandWith(nameOf(other)),
      group: 'session',
      keys: ['c'],
      run: take,
    },
  ]);
  return (
    <>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          className={inList ? 'button button-plain' : 'button button-plain button-icon'}
          aria-label={COMPARE.command}
          title={COMPARE.command}
          aria-keyshortcuts="c"
          data-testid="compare"
        >
          <GitCompareArrows size={14} aria-hidden /> {inList ? COMPARE.menu : null}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="float compare-menu"
            role="dialog"
            aria-label={COMPARE.menuTitle}
            align="end"
            sideOffset={6}
            collisionPadding={8}
          >
            <h3 className="section-title">{COMPARE.menuTitle}</h3>
            <RunList session={session} onChosen={() => setOpen(false)} />
            <p className="cell-quiet">{COMPARE.another}</p>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {inList && waiting !== null ? (
        <p className="compare-held" role="status">
          <span>
            <b>{COMPARE.held(nameOf(waiting))}</b> <span className="cell-quiet">{COMPARE.heldHow}</span>
          </span>
          <IconButton name={COMPARE.forget} icon={<X size={14} aria-hidden />} onClick={() => hold(null)} />
        </p>
      ) : null}
    </>
  );
}

function nameOf({ ci, identity, user }: SessionRow): string {
  const name = ci === null ? (identity?.subject ?? user) : `${ci.provider}/${ci.run}/${ci.job}`;
  return visibleLine(name, NAME_LENGTH);
}
