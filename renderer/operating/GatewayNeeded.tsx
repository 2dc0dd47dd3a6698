/** Stands in place of a form where no gateway is known: says how it is done then. */
import type { ReactNode } from 'react';
import { SignInButton } from '../SignInButton.tsx';
import { useInbox } from '../inbox.ts';
import { OPERATING } from '../words/operating.ts';
import type { Failure } from './failure.ts';

interface GatewayNeededProps {
  /** The command that does the same. */
  readonly command: string;
  readonly children: ReactNode;
}

export function GatewayNeeded({ command, children }: GatewayNeededProps) {
  const inbox = useInbox();
  if (inbox !== null && inbox.gateway !== 'none') {
    return (
      <>
        {inbox.gateway === 'lost' ? <p className="tone-write">{OPERATING.lost}</p> : null}
        {children}
      </>
    );
  }
  return (
    <>
      <p>{OPERATING.noGateway}</p>
      <pre className="command-line">{command}</pre>
    </>
  );
}

/** What went wrong, and a way to sign in where that is what is missing. */
export function FailureLine({ failure }: { readonly failure: Failure | null }) {
  const inbox = useInbox();
  if (failure === null) return null;
  return (
    <p className="tone-error" role="alert">
      ✕ {failure.message}{' '}
      {failure.unknownPerson && inbox?.signIn === true ? <SignInButton words={OPERATING.signIn} /> : null}
    </p>
  );
}
