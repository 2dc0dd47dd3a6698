/** All sessions of the archive: filter, facets, list, preview. */
import { SearchX } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { SESSION_SORTS } from '../../shared/api/routes.ts';
import type { SessionRow } from '../../shared/api/session.ts';
import { goTo, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { FacetPanel } from './FacetPanel.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { knownValues } from './known-values.ts';
import { idOfSession, seedSession, useArchive, useFacets, useSessions } from './lists.ts';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { SessionPreview } from './SessionPreview.tsx';

type SessionsPlaceName = Extract<Place, { name: 'sessions' }>;

/** Rows drawn as skeletons while the first page, or the next one, is on its way. */
const PENDING_ROWS = 12;

export function SessionsPlace({ place }: { readonly place: SessionsPlaceName }) {
  const archive = useArchive();
  const facets = useFacets(place.filter);
  const list = useSessions(place.filter, place.sort);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const selected = rows.find((row) => row.id === place.selected) ?? null;
  const total = facets.isPlaceholderData ? null : (facets.data?.total ?? null);

  const apply = (filter: string): void => goTo({ ...place, filter, selected: null });
  const open = (row: SessionRow): void => {
    seedSession(row);
    goTo({ name: 'session', id: row.id, step: null, tab: 'statement' });
  };
  const { fetchNextPage, isFetching } = list;
  const onNearEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);

  return (
    <FilteringContext value={filteringOf(place.filter, apply)}>
      <h1 className="hidden-text">Sessions</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus archive={archive.data} matching={total} noun="session" />
      </FilterBar>
      <div className="place-body sessions-body">
        <FacetPanel facets={facets.data} failed={facets.isError} />
        <section className="panel" aria-label="Sessions">
          {list.isError && rows.length === 0 ? (
            <Fault
              title="The sessions could not be loaded"
              error={list.error}
              onRetry={() => void list.refetch()}
            />
          ) : list.isSuccess && rows.length === 0 ? (
            <NoSessions filter={place.filter} onClear={() => apply('')} />
          ) : (
            <DataGrid
              name="Sessions"
              columns={SESSION_COLUMNS}
              rows={rows}
              rowId={idOfSession}
              rowTestId="session-row"
              selected={place.selected}
              onSelect={(row) => goTo({ ...place, selected: row.id }, { replace: true })}
              onOpen={open}
              order={place.sort}
              onOrder={(order) => {
                const sort = SESSION_SORTS.find((known) => known === order);
                if (sort !== undefined) goTo({ ...place, sort });
              }}
              total={total}
              pending={list.isPending || list.hasNextPage ? PENDING_ROWS : 0}
              onNearEnd={onNearEnd}
              keysEverywhere
            />
          )}
          {list.isError && rows.length > 0 ? (
            <p className="list-fault" role="alert">
              Only the first {rows.length} are shown: {list.error.message}{' '}
              <button type="button" className="value-button" onClick={() => void list.fetchNextPage()}>
                Try again
              </button>
            </p>
          ) : null}
        </section>
        <SessionPreview session={selected} onOpen={open} />
      </div>
    </FilteringContext>
  );
}

function NoSessions({ filter, onClear }: { readonly filter: string; readonly onClear: () => void }) {
  if (filter === '') {
    return (
      <Note title="No sessions yet">
        <p>
          This archive holds no session. Point a PostgreSQL client at the gateway, with a connection’s name as
          database and a token as password; the session shows here within a second.
        </p>
        <p>
          <code>auditorium token --sub you</code> makes a token of the development issuer.
        </p>
      </Note>
    );
  }
  return (
    <Note title="No session matches" icon={<SearchX size={16} aria-hidden />}>
      <p>
        Nothing in this archive passes <code>{filter}</code>.
      </p>
      <Button onClick={onClear}>Clear the filter</Button>
    </Note>
  );
}
