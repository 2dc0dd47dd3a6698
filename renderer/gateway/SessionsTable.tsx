/** Who is connected now. */
import type { GatewaySession } from '../../shared/api/gateway-status.ts';
import { SessionId } from '../../shared/api/session.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { askEnd } from '../asking.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatDateTime, formatDuration } from '../ui/format.ts';
import { STATUS } from '../words/gateway.ts';

/** More are counted, and not drawn. */
const DRAWN = 500;

const columns = STATUS.columns;

export function SessionsTable({ sessions }: { readonly sessions: readonly GatewaySession[] }) {
  return (
    <table className="gateway-table" data-testid="gateway-sessions">
      <thead>
        <tr>
          {Object.values(columns).map((title) => (
            <th key={title} scope="col" className={title === columns.statements ? 'number' : ''}>
              {title}
            </th>
          ))}
          <th aria-label={STATUS.end} />
        </tr>
      </thead>
      <tbody>
        {sessions.slice(0, DRAWN).map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ session }: { readonly session: GatewaySession }) {
  const { id, subject, clientId, job, connection, address, since, statements } = session;
  const who = shownLine(clientId === null || clientId === subject ? subject : `${subject} (${clientId})`);
  const known = SessionId.safeParse(id);
  // What is done to a session is done to the one that the archive shows; it is there within a second.
  const end = (): void => {
    if (!known.success) return;
    void api
      .session({ id: known.data })
      .then(askEnd, () => goTo({ name: 'gateway', tab: 'status', edit: null }));
  };
  return (
    <tr>
      <td title={who}>{who}</td>
      <td>{job === null ? '–' : shownLine(job)}</td>
      <td>{shownLine(connection)}</td>
      <td>{shownLine(address)}</td>
      <td>{formatDateTime(since * 1000)}</td>
      <td className="number">{formatCount(statements)}</td>
      <td>{doing(session)}</td>
      <td className="gateway-acts">
        {known.success ? (
          <Button
            look="plain"
            onClick={() => goTo({ name: 'session', id: known.data, step: null, tab: 'statement' })}
          >
            {STATUS.fromArchive}
          </Button>
        ) : null}
        <Button look="plain" onClick={end}>
          {STATUS.end}
        </Button>
      </td>
    </tr>
  );
}

function doing({ inFlight, transaction }: GatewaySession): string {
  if (inFlight !== null) return STATUS.inFlight(inFlight.statement, formatDuration(inFlight.duration * 1000));
  if (transaction === 'T') return STATUS.inTransaction;
  return transaction === 'E' ? STATUS.failedTransaction : STATUS.idle;
}
