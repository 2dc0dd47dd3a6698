/** Who is connected now, to a gateway or to those of a fleet. */
import type { GatewaySession } from '../../shared/api/gateway-status.ts';
import { SessionId } from '../../shared/api/session.ts';
import { shownLine } from './shown-line.ts';
import { askEnd } from '../asking.ts';
import { useDenied } from '../me.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatDateTime, formatDuration } from '../ui/format.ts';
import { FLEET } from '../words/fleet.ts';
import { STATUS } from '../words/gateway.ts';

/** More are counted, and not drawn. */
const DRAWN = 500;

const columns = STATUS.columns;

/** `gateway` is which one of a fleet. */
type ShownSession = GatewaySession & { readonly gateway?: string };

export function SessionsTable({ sessions }: { readonly sessions: readonly ShownSession[] }) {
  const ofFleet = sessions.some(({ gateway }) => gateway !== undefined);
  return (
    <table className="gateway-table" data-testid="gateway-sessions">
      <thead>
        <tr>
          {ofFleet ? <th scope="col">{FLEET.onGateway}</th> : null}
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

function Row({ session }: { readonly session: ShownSession }) {
  const { gateway, id, subject, clientId, job, connection, address, since, statements } = session;
  const who = shownLine(clientId === null || clientId === subject ? subject : `${subject} (${clientId})`);
  const known = SessionId.safeParse(id);
  const mayEnd = useDenied('gateway:operate') === null;
  return (
    <tr>
      {gateway === undefined ? null : <td>{gateway}</td>}
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
        {known.success && mayEnd ? (
          <Button look="plain" onClick={() => askEnd(known.data, subject)}>
            {STATUS.end}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

function doing({ inFlight, transaction }: GatewaySession): string {
  if (inFlight !== null) return STATUS.inFlight(inFlight.statement, formatDuration(inFlight.duration * 1000));
  if (transaction === 'T') return STATUS.inTransaction;
  return transaction === 'E' ? STATUS.failedTransaction : STATUS.idle;
}
