/** Shown by a team server to who is not signed in, or has no role there. */
import { LogIn, ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { issuerToLeave, leaveToSignIn, signOut } from '../person.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { PERSON, TEAM } from '../words/sign-in.ts';
import type { SignInState } from './sign-in.ts';

const ICON = 16;

/** Longest name and list of groups shown. */
const NAME_LENGTH = 100;
const GROUPS_LENGTH = 400;

type TeamState = Extract<SignInState, { kind: 'team' | 'no-role' }>;

export function TeamSignIn({ state }: { readonly state: TeamState }) {
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (act: () => Promise<void>) => (): void => {
    setProblem(null);
    act().catch((error: unknown) => setProblem(error instanceof ApiError ? error.message : PERSON.noAnswer));
  };
  const told =
    problem === null ? null : (
      <p className="tone-error" role="alert">
        ✕ {problem}
      </p>
    );
  if (state.kind === 'no-role') {
    const { name, subject, groups } = state.person;
    return (
      <Note title={TEAM.noRole} icon={<ShieldQuestion size={ICON} aria-hidden />}>
        <p>{TEAM.noRoleHint(visibleLine(name ?? subject, NAME_LENGTH))}</p>
        <p className="cell-quiet">{TEAM.groups(visibleLine(groups.join(', '), GROUPS_LENGTH))}</p>
        <Button onClick={attempt(signOut)}>{PERSON.signOut}</Button>
        {told}
      </Note>
    );
  }
  return (
    <Note title={TEAM.title} icon={<LogIn size={ICON} aria-hidden />}>
      <p>{state.before ? TEAM.over : TEAM.hint}</p>
      <Button look="primary" onClick={attempt(leaveToSignIn)}>
        {PERSON.signIn}
      </Button>
      <LeaveIssuer />
      {told}
    </Note>
  );
}

/** Offered to who has signed out here, where the issuer has a place for it. */
function LeaveIssuer() {
  const url = issuerToLeave();
  if (url === null) return null;
  return (
    <p>
      <a className="button" href={url} rel="noreferrer">
        {TEAM.atIssuer(visibleLine(new URL(url).host, NAME_LENGTH))}
      </a>{' '}
      <span className="cell-quiet">{TEAM.atIssuerHint}</span>
    </p>
  );
}
