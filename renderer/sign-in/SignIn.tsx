/** Shown when this window may not read the archive: why, and the one way in. */
import { KeyRound } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { SIGN_IN } from '../words/sign-in.ts';
import { TeamSignIn } from './TeamSignIn.tsx';
import type { SignInState } from './sign-in.ts';

interface SignInProps {
  readonly state: Exclude<SignInState, { kind: 'waiting' | 'signed-in' }>;
  readonly onRetry: () => void;
}

export function SignIn({ state, onRetry }: SignInProps) {
  if (state.kind === 'unreachable') {
    return <Fault title={SIGN_IN.unreachable} error={state.error} onRetry={onRetry} />;
  }
  if (state.kind === 'team' || state.kind === 'no-role') return <TeamSignIn state={state} />;
  return (
    <Note title={SIGN_IN.title} icon={<KeyRound size={16} aria-hidden />}>
      <p>{SIGN_IN.reasons[state.reason]}</p>
      <p>
        {SIGN_IN.runBefore} <code>auditorium open</code> {SIGN_IN.runAfter}
      </p>
      <Button onClick={onRetry}>{SIGN_IN.tryAgain}</Button>
    </Note>
  );
}
