/** A small field that takes a statement's number, a time or an event, and goes there. */
import { CornerDownRight } from 'lucide-react';
import { Popover } from 'radix-ui';
import { memo, useEffect, useState, type SubmitEvent } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { readGoTo } from '../../shared/replay/go-to.ts';
import { useCommands } from '../commands.ts';
import type { OpenSession } from '../player/open-session.ts';
import { PLAYING } from '../words/playing.ts';
import { goToPlace } from './go-to-place.ts';

interface GoToFieldProps {
  readonly session: SessionRow;
  readonly opened: OpenSession;
}

export const GoToField = memo(function GoToField({ session, opened }: GoToFieldProps) {
  const [open, setOpen] = useState(false);
  useCommands([
    {
      id: 'replay.to',
      name: PLAYING.goTo,
      group: 'replay',
      keys: [PLAYING.goToKey],
      detail: PLAYING.goToHint,
      run: () => setOpen(true),
    },
  ]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'g') return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className="button button-plain button-icon"
        aria-label={PLAYING.goTo}
        aria-keyshortcuts={PLAYING.goToKey}
        title={`${PLAYING.goTo} (${PLAYING.goToKey})`}
      >
        <CornerDownRight size={16} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu go-to" sideOffset={4} collisionPadding={8}>
          <GoToForm session={session} opened={opened} onGone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
});

function GoToForm({ session, opened, onGone }: GoToFieldProps & { readonly onGone: () => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const place = readGoTo(text, { started: session.started, now: opened.actions.timeNow() });
    if (place === null) return setProblem(PLAYING.goToNothing);
    void goToPlace(place, session, opened).then((said) => (said === null ? onGone() : setProblem(said)));
  };
  return (
    <form onSubmit={onSubmit}>
      <p className="go-to-line">
        <input
          className="field mono"
          value={text}
          aria-label={PLAYING.goToField}
          aria-describedby="go-to-says"
          aria-invalid={problem !== null}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
          }}
        />
        <button type="submit" className="button button-primary">
          {PLAYING.go}
        </button>
      </p>
      <p
        id="go-to-says"
        className={problem === null ? 'cell-quiet' : 'tone-error'}
        role={problem === null ? undefined : 'alert'}
      >
        {problem === null ? PLAYING.goToHint : `✕ ${problem}`}
      </p>
    </form>
  );
}
