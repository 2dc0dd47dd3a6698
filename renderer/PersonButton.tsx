/** Who is signed in, at the foot of the rail; signs in and out. */
import { CircleUser, UserRound } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { ApiError } from '../shared/api/error.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useInbox } from './inbox.ts';
import { beginSignIn, signOut } from './person.ts';
import { StoreChoice } from './StoreChoice.tsx';
import { Button } from './ui/Button.tsx';
import { PERSON } from './words/sign-in.ts';

const ICON = 18;

/** Longest name shown. */
const NAME_LENGTH = 100;

export function PersonButton() {
  const inbox = useInbox();
  const [problem, setProblem] = useState<string | null>(null);
  if (inbox === null || !inbox.signIn) return null;
  const { person } = inbox;
  const attempt = (act: () => Promise<void>) => (): void => {
    setProblem(null);
    act().catch((error: unknown) => setProblem(error instanceof ApiError ? error.message : PERSON.noAnswer));
  };
  const name = person === null ? PERSON.nobody : PERSON.is(person.name ?? person.subject);
  return (
    <Popover.Root>
      <Popover.Trigger className="rail-button" aria-label={name} title={name} data-testid="person">
        {person === null ? <CircleUser size={ICON} aria-hidden /> : <UserRound size={ICON} aria-hidden />}
        {person === null ? null : <span className="rail-signed-in" aria-hidden />}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="person" side="right" align="end" sideOffset={8}>
          {person === null ? (
            <>
              <p>{PERSON.nobodyHint}</p>
              <Button look="primary" onClick={attempt(beginSignIn)}>
                {PERSON.signIn}
              </Button>
            </>
          ) : (
            <>
              <p>
                <b>{visibleLine(person.name ?? person.subject, NAME_LENGTH)}</b>
                <span className="cell-quiet"> {visibleLine(person.subject, NAME_LENGTH)}</span>
              </p>
              <p className="cell-quiet">
                {PERSON.groups(person.groups, visibleLine(person.issuer, NAME_LENGTH))}
              </p>
              <StoreChoice attempt={attempt} />
              <Button onClick={attempt(signOut)}>{PERSON.signOut}</Button>
            </>
          )}
          {problem === null ? null : (
            <p className="tone-error" role="alert">
              ✕ {problem}
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
