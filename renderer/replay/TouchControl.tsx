/** Goes from one statement that touches a table to the next: first the table is chosen, then t and T walk. */
import { Table2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useCommands } from '../commands.ts';
import { memo } from 'react';
import type { Actions } from '../player/open-session.ts';
import { formatCount } from '../ui/format.ts';
import { PLAYING } from '../words/playing.ts';
import { nextTouch } from './next-touch.ts';
import { StepButton } from './StepButton.tsx';
import type { Touches } from './use-touches.ts';

/** Longest name of a table shown on its button. */
const NAME_LENGTH = 40;

interface TouchControlProps {
  readonly actions: Actions;
  readonly touches: Touches;
}

export const TouchControl = memo(function TouchControl({ actions, touches }: TouchControlProps) {
  const { open, setOpen, table, choose, tables, sequences } = touches;
  const walk = (direction: 1 | -1): void => {
    if (table === null) return setOpen(true);
    const next = nextTouch(sequences ?? [], actions.sequenceNow(), direction);
    if (next !== null) actions.seekSequence(next);
  };
  useCommands([
    { id: 'replay.touch.next', name: PLAYING.touch, group: 'replay', keys: ['t'], run: () => walk(1) },
    {
      id: 'replay.touch.previous',
      name: PLAYING.touchBack,
      group: 'replay',
      keys: ['T'],
      run: () => walk(-1),
    },
  ]);
  const name = table === null ? null : visibleLine(table, NAME_LENGTH);
  return (
    <span className="controls-group">
      {name === null ? null : (
        <StepButton
          name={PLAYING.previousTouch(name)}
          shortcut="T"
          back
          tone="read"
          onClick={() => walk(-1)}
        />
      )}
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          className="button button-plain touch-table"
          title={sequences === undefined ? PLAYING.tables : PLAYING.touches(formatCount(sequences.length))}
          aria-keyshortcuts="t"
        >
          <Table2 size={14} aria-hidden />
          {name ?? PLAYING.table}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="menu touch-menu" sideOffset={4} collisionPadding={8}>
            {tables?.length === 0 ? <p className="panel-none">{PLAYING.noTables}</p> : null}
            <ul aria-label={PLAYING.tables}>
              {tables?.map((known) => (
                <li key={known}>
                  <button
                    type="button"
                    className="touch-choice mono"
                    aria-pressed={known === table}
                    onClick={() => {
                      choose(known === table ? null : known);
                      setOpen(false);
                    }}
                  >
                    {visibleLine(known, NAME_LENGTH)}
                  </button>
                </li>
              ))}
            </ul>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {name === null ? null : (
        <StepButton name={PLAYING.nextTouch(name)} shortcut="t" tone="read" onClick={() => walk(1)} />
      )}
    </span>
  );
});
