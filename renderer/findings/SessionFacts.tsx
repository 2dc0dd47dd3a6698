/** A session in a few facts, beside what is said of it. */
import type { SessionId } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { formatCount, formatDateTime, formatDuration } from '../ui/format.ts';
import { Outcome, ProvenanceMark } from '../ui/marks.tsx';
import { REVIEWS } from '../words/reviews.ts';
import { SESSION_FACTS } from '../words/session-facts.ts';
import { AgentName } from './AgentName.tsx';
import { useSession } from './use-session.ts';

/** Characters of a name. */
const NAME_LENGTH = 80;

export function SessionFacts({ id }: { readonly id: SessionId }) {
  const { data: session, isError } = useSession(id);
  if (session === undefined) {
    return (
      <Facts>
        <Fact name={SESSION_FACTS.session}>
          <code>{id}</code>
        </Fact>
        <Fact name={SESSION_FACTS.standing}>{isError ? REVIEWS.notHere : '…'}</Fact>
      </Facts>
    );
  }
  const { ci, connection, started, ended, outcome, reason } = session;
  const span = ended === null ? '' : ` · ${formatDuration(ended - started)}`;
  return (
    <Facts>
      <Fact name={SESSION_FACTS.agent}>
        <AgentName session={session} />
      </Fact>
      {ci === null ? null : (
        <Fact name={SESSION_FACTS.job}>
          {visibleLine(`${ci.provider}/${ci.run}/${ci.job}`, NAME_LENGTH)}{' '}
          <ProvenanceMark provenance={ci.provenance} />
        </Fact>
      )}
      <Fact name={SESSION_FACTS.connection}>{visibleLine(connection, NAME_LENGTH)}</Fact>
      <Fact name={SESSION_FACTS.started}>{`${formatDateTime(started)}${span}`}</Fact>
      <Fact name={SESSION_FACTS.ended}>
        <Outcome outcome={outcome} reason={reason} />
      </Fact>
      <Fact name={SESSION_FACTS.did}>
        {SESSION_FACTS.counts(
          formatCount(session.statements),
          formatCount(session.rows),
          formatCount(session.errors),
        )}
      </Fact>
      <Fact name={SESSION_FACTS.policy}>
        {SESSION_FACTS.decided(
          formatCount(session.denied),
          formatCount(session.held),
          formatCount(session.masked),
        )}
      </Fact>
    </Facts>
  );
}
