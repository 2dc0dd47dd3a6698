/** The gateways that dial this server: who is linked, how each is, and who is connected to them. */
import { useQuery } from '@tanstack/react-query';
import type { FleetView } from '../../shared/api/fleet.ts';
import { api } from '../api.ts';
import { formatCount } from '../ui/format.ts';
import { Fault, Note } from '../ui/Note.tsx';
import { FLEET } from '../words/fleet.ts';
import { FleetTable } from './FleetTable.tsx';
import { SessionsTable } from './SessionsTable.tsx';

/** Sessions are asked for again so often, ms, while they are looked at. */
const SESSIONS_MS = 2_000;

export function FleetTab({ fleet: { gateways } }: { readonly fleet: FleetView }) {
  if (gateways.length === 0)
    return (
      <Note title={FLEET.none}>
        <p>{FLEET.noneHow}</p>
        <p>
          <code>{FLEET.byCommand}</code>
        </p>
      </Note>
    );
  return (
    <div className="gateway-status">
      <section aria-label={FLEET.gateways}>
        <h2 className="gateway-title">
          {FLEET.gateways} <span className="cell-quiet">{formatCount(gateways.length)}</span>
        </h2>
        <FleetTable gateways={gateways} />
      </section>
      <Sessions />
    </div>
  );
}

function Sessions() {
  const { data, error, refetch } = useQuery({
    queryKey: ['fleet-sessions'],
    queryFn: ({ signal }) => api.fleetSessions({}, { signal }),
    refetchInterval: SESSIONS_MS,
    refetchOnMount: 'always',
  });
  return (
    <section aria-label={FLEET.sessions}>
      <h2 className="gateway-title">
        {FLEET.sessions}{' '}
        {data === undefined ? null : <span className="cell-quiet">{formatCount(data.total)}</span>}
      </h2>
      {data === undefined ? (
        error === null ? (
          <span className="skeleton" aria-busy />
        ) : (
          <Fault title={FLEET.sessionsFailed} error={error} onRetry={() => void refetch()} />
        )
      ) : data.sessions.length === 0 ? (
        <p className="cell-quiet">{FLEET.noSessions}</p>
      ) : (
        <>
          <SessionsTable sessions={data.sessions} />
          {data.total === data.sessions.length ? null : (
            <p className="cell-quiet">
              {FLEET.more(formatCount(data.sessions.length), formatCount(data.total))}
            </p>
          )}
        </>
      )}
    </section>
  );
}
