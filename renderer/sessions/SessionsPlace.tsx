/** All sessions of the archive: filter, facets, list, preview. */
import { useEffect, useMemo } from 'react';
import { SESSION_SORTS } from '../../shared/api/routes.ts';
import { SessionId, type SessionRow } from '../../shared/api/session.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { ListNotice } from '../IntegrityNotices.tsx';
import { StoreNotice } from '../StoreNotice.tsx';
import { goTo, linkTo, readPlace, type ListLook, type Place } from '../router.ts';
import { ListGrid } from '../ui/list/ListGrid.tsx';
import type { MenuEntry } from '../ui/list/CellMenu.tsx';
import { Note } from '../ui/Note.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { menuOfCell, nameOfCell } from './cell-entries.tsx';
import { isValue } from './conditions.ts';
import { FacetPanel } from './FacetPanel.tsx';
import { FilterBar } from '../filter/FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { firstMatch } from './first-match.ts';
import { knownValues } from './known-values.ts';
import { idOfSession, seedSession, useArchive, useFacets, useSessions } from './lists.ts';
import { BeginElsewhere } from '../BeginElsewhere.tsx';
import { ListStates } from './ListStates.tsx';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { SessionPreview } from './SessionPreview.tsx';
import { LISTS } from '../words/lists.ts';
import { PickBar } from './PickBar.tsx';
import { useLayout } from './use-layout.ts';
import { usePicked } from './use-picked.ts';
import { useSelection } from './use-selection.ts';
import { ViewsMenu } from './ViewsMenu.tsx';

type SessionsPlaceName = Extract<Place, { name: 'sessions' }>;

const NONE: readonly string[] = [];

const IDS = SESSION_COLUMNS.map(({ id }) => id);
const cellName = nameOfCell(SESSION_COLUMNS);

export function SessionsPlace({ place }: { readonly place: SessionsPlaceName }) {
  const archive = useArchive();
  const list = useSessions(place.filter, place.sort);
  const facets = useFacets(place.filter, list.isCurrent);
  const { rows } = list;
  const { copy } = useCopied();
  const counted = facets.isPlaceholderData ? undefined : facets.data;
  // The address may have been written since this was drawn: what is selected and what is picked come there one by one.
  const write = (change: Partial<SessionsPlaceName>): void => {
    const now = readPlace(new URL(window.location.href));
    if (now.name === 'sessions') goTo({ ...now, ...change }, { replace: true });
  };
  const [selected, select] = useSelection(place.selected, (id) => write({ selected: SessionId.parse(id) }));
  const picked = usePicked({
    written: place.picked ?? '',
    write: (text) => write({ picked: text }),
    filter: place.filter,
    sort: place.sort,
    rows,
  });
  const look = (change: Partial<ListLook>): void =>
    goTo({ ...place, look: { columns: '', folded: [], ...place.look, ...change } }, { replace: true });
  const columns = useLayout('sessions', IDS, place.look, (layout) => look({ columns: layout }));

  // What the facets counted is the list's length: then its bar reaches every row.
  const isHere = list.isCurrent && rows.loaded;
  useEffect(() => {
    if (counted?.whole === true && isHere) rows.counted(counted.total);
  }, [counted, isHere, rows]);

  const apply = (filter: string): void => goTo({ ...place, filter, selected: null });
  const open = async (row: SessionRow): Promise<void> => {
    seedSession(row);
    const step = await firstMatch(row, place.filter);
    // Who went elsewhere meanwhile stays there; that a selection came into the address does not count.
    const now = readPlace(new URL(window.location.href));
    if (now.name === 'sessions' && now.filter === place.filter)
      goTo({ name: 'session', id: row.id, step, tab: 'statement' });
  };
  const menuOf = (row: SessionRow, id: string): MenuEntry[] =>
    menuOfCell(SESSION_COLUMNS, row, id, {
      filter: place.filter,
      onFilter: apply,
      of: 'session',
      onCopy: copy,
      around: {
        time: row.started,
        agent: row.identity === null ? null : (isValue('token', row.identity.subject)[0]?.text ?? null),
        tables: [],
        onFilter: (filter) => goTo({ name: 'statements', filter }),
      },
    });
  const placeOf = selected === null ? -1 : rows.placeOf(selected);
  const filtering = useMemo(
    () => filteringOf(place.filter, (filter) => goTo({ ...place, filter, selected: null })),
    [place],
  );

  return (
    <FilteringContext value={filtering}>
      <h1 className="hidden-text">{LISTS.sessions.title}</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus
          archive={archive.data}
          matching={counted?.total ?? null}
          atLeast={facets.data?.whole === false}
          noun="session"
          filter={place.filter}
        />
        <ViewsMenu
          list="sessions"
          ids={IDS}
          filter={place.filter}
          sort={place.sort}
          layout={columns.layout}
          isOther={columns.isOther}
          onKeepColumns={columns.keepOther}
          link={linkTo({ ...place, look: { folded: [], columns: columns.layout } })}
          onShow={(view) =>
            goTo({
              ...place,
              filter: view.filter,
              sort: SESSION_SORTS.find((known) => known === view.sort) ?? '-started',
              selected: null,
              look: { columns: view.columns, folded: place.look?.folded ?? NONE },
            })
          }
        />
        <ExportMenu filter={place.filter} />
      </FilterBar>
      <ListNotice />
      <StoreNotice filter={place.filter} />
      <div className="place-body sessions-body">
        <FacetPanel
          facets={facets.data}
          failed={facets.isError}
          filter={place.filter}
          of="session"
          folded={place.look?.folded ?? NONE}
          onFold={(folded) => look({ folded })}
        />
        <section className="panel" aria-label={LISTS.sessions.title} aria-busy={!list.isCurrent}>
          <ListStates
            rows={rows}
            noun="session"
            filter={place.filter}
            onClear={() => apply('')}
            none={<NoSessionsYet />}
          >
            <ListGrid
              name={LISTS.sessions.title}
              columns={SESSION_COLUMNS}
              layout={columns.layout}
              onLayout={columns.change}
              source={rows}
              rowId={idOfSession}
              rowTestId="session-row"
              selected={selected}
              onSelect={(row) => select(row.id)}
              onOpen={(row) => void open(row)}
              order={place.sort}
              onOrder={(order) => {
                const sort = SESSION_SORTS.find((known) => known === order);
                if (sort !== undefined) goTo({ ...place, sort });
              }}
              total={list.total}
              menuOf={menuOf}
              cellName={cellName}
              picks={picked.picks}
            />
          </ListStates>
          <PickBar {...picked} />
        </section>
        <SessionPreview session={rows.rowAt(placeOf) ?? null} onOpen={(row) => void open(row)} />
      </div>
    </FilteringContext>
  );
}

function NoSessionsYet() {
  const words = LISTS.sessions;
  return (
    <Note title={words.none}>
      <p>{words.howToBegin}</p>
      <p>
        <code>auditorium token --sub you</code> {words.makesToken}
      </p>
      <BeginElsewhere />
    </Note>
  );
}
