/** Begins a sign-in, and says where that failed. */
import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '../shared/api/error.ts';
import { beginSignIn } from './person.ts';
import { Button } from './ui/Button.tsx';
import { PERSON } from './words/sign-in.ts';

export function SignInButton({ words }: { readonly words: string }) {
  const [state, setState] = useState<'idle' | 'begun' | { readonly problem: string }>('idle');
  const begin = (): void => {
    beginSignIn().then(
      () => setState('begun'),
      (error: unknown) => setState({ problem: error instanceof ApiError ? error.message : PERSON.noAnswer }),
    );
  };
  return (
    <span className="sign-in-button">
      <Button onClick={begin}>
        <LogIn size={14} aria-hidden />
        {words}
      </Button>
      {state === 'begun' ? <span className="cell-quiet">{PERSON.goOn}</span> : null}
      {typeof state === 'object' ? (
        <span className="tone-error" role="alert">
          ✕ {state.problem}
        </span>
      ) : null}
    </span>
  );
}
