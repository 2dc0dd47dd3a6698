/** What a session can be compared with: other runs of its job, or any other session. */
import type { SessionRow } from '../../shared/api/session.ts';
import { RunList } from '../RunList.tsx';
import { goTo, HOME } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { COMPARE } from '../words/compare.ts';

export function PickSession({ session }: { readonly session: SessionRow }) {
  return (
    <div className="page-center">
      <div className="note compare-pick">
        <h1 className="compare-title">{COMPARE.pick}</h1>
        <RunList session={session} />
        <p>{COMPARE.another}</p>
        <Button onClick={() => goTo({ ...HOME, selected: session.id })}>{COMPARE.toSessions}</Button>
      </div>
    </div>
  );
}
