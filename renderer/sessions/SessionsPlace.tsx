/** All sessions of the archive: filter, facets, list, preview. */
import { SESSION_SORTS } from '../../shared/api/routes.ts';
import type { SessionRow } from '../../shared/api/session.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { ListNotice } from '../IntegrityNotices.tsx';
import { goTo, type Place } from '../router.ts';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Note } from '../ui/Note.tsx';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { FacetPanel } from './FacetPanel.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { firstMatch } from './first-match.ts';
import { knownValues } from './known-values.ts';
import { idOfSession, seedSession, useArchive, useFacets, useSessions } from './lists.ts';
import { ListStates } from './ListStates.tsx';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { SessionPreview } from './SessionPreview.tsx';

type SessionsPlaceName = Extract<Place, { name: 'sessions' }>;

export function SessionsPlace({ place }: { readonly place: SessionsPlaceName }) {
  const archive = useArchive();
  const facets = useFacets(place.filter);
  const list = useSessions(place.filter, place.sort);
  const selected = list.rows.find((row) => row.id === place.selected) ?? null;
  const total = facets.isPlaceholderData ? null : (facets.data?.total ?? null);

  const apply = (filter: string): void => goTo({ ...place, filter, selected: null });
  const open = async (row: SessionRow): Promise<void> => {
    seedSession(row);
    const from = window.location.href;
    const step = await firstMatch(row, place.filter);
    // Who went elsewhere meanwhile stays there.
    if (window.location.href === from) goTo({ name: 'session', id: row.id, step, tab: 'statement' });
  };

  return (
    <FilteringContext value={filteringOf(place.filter, apply)}>
      <h1 className="hidden-text">Sessions</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus
          archive={archive.data}
          matching={total}
          atLeast={facets.data?.whole === false}
          noun="session"
          filter={place.filter}
        />
        <ExportMenu filter={place.filter} />
      </FilterBar>
      <ListNotice />
      <div className="place-body sessions-body">
        <FacetPanel facets={facets.data} failed={facets.isError} />
        <section className="panel" aria-label="Sessions">
          <ListStates
            list={list}
            noun="session"
            filter={place.filter}
            onClear={() => apply('')}
            none={<NoSessionsYet />}
          >
            <DataGrid
              name="Sessions"
              columns={SESSION_COLUMNS}
              rows={list.rows}
              rowId={idOfSession}
              rowTestId="session-row"
              selected={place.selected}
              onSelect={(row) => goTo({ ...place, selected: row.id }, { replace: true })}
              onOpen={(row) => void open(row)}
              order={place.sort}
              onOrder={(order) => {
                const sort = SESSION_SORTS.find((known) => known === order);
                if (sort !== undefined) goTo({ ...place, sort });
              }}
              total={total}
              pending={list.pending}
              onNearEnd={list.loadMore}
              keysEverywhere
            />
          </ListStates>
        </section>
        <SessionPreview session={selected} onOpen={(row) => void open(row)} />
      </div>
    </FilteringContext>
  );
}

function NoSessionsYet() {
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
