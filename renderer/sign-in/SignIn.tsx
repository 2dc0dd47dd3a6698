/** Shown when this window may not read the archive: why, and the one way in. */
import { KeyRound } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import type { SignInState } from './sign-in.ts';

const REASONS = {
  'no-token': 'This window was opened without a sign-in token.',
  'token-refused':
    'The token of this URL was used before, or belongs to an Auditorium that has ended. A token works once.',
  'bearer-refused': 'Auditorium no longer knows this window. It was probably started again.',
} as const;

interface SignInProps {
  readonly state: Exclude<SignInState, { kind: 'waiting' | 'signed-in' }>;
  readonly onRetry: () => void;
}

export function SignIn({ state, onRetry }: SignInProps) {
  if (state.kind === 'unreachable') {
    return <Fault title="Auditorium does not answer" error={state.error} onRetry={onRetry} />;
  }
  return (
    <Note title="Not signed in to Auditorium" icon={<KeyRound size={16} aria-hidden />}>
      <p>{REASONS[state.reason]}</p>
      <p>
        Run <code>auditorium open</code> again in your terminal and open the URL it prints. It signs in this
        window, and tabs you open from it.
      </p>
      <Button onClick={onRetry}>Try again</Button>
    </Note>
  );
}
