/** Who a session was: the subject of its token, else the user it came as. */
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { SESSION_FACTS } from '../words/session-facts.ts';

/** Characters of a name. */
const NAME_LENGTH = 80;

export function AgentName({ session }: { readonly session: Pick<SessionRow, 'identity' | 'user'> }) {
  const { identity, user } = session;
  if (identity !== null) return <b className="agent-name">{visibleLine(identity.subject, NAME_LENGTH)}</b>;
  if (user === '') return <NotRecorded />;
  return (
    <span className="tone-unknown" title={SESSION_FACTS.userMeans}>
      ~ {visibleLine(user, NAME_LENGTH)}
    </span>
  );
}
