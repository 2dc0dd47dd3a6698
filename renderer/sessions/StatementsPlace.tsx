/** All statements of all sessions, under the same filter. */
import { useMemo } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { ListNotice } from '../IntegrityNotices.tsx';
import { StoreNotice } from '../StoreNotice.tsx';
import { goTo, linkTo, readPlace, type ListLook, type Place } from '../router.ts';
import type { MenuEntry } from '../ui/list/CellMenu.tsx';
import { ListGrid } from '../ui/list/ListGrid.tsx';
import { Note } from '../ui/Note.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { menuOfCell, nameOfCell } from './cell-entries.tsx';
import { isValue } from './conditions.ts';
import { FacetPanel } from './FacetPanel.tsx';
import { FilterBar } from '../filter/FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { knownValues } from './known-values.ts';
import { idOfStatement, useArchive, useFacets, useStatements } from './lists.ts';
import { BeginElsewhere } from '../BeginElsewhere.tsx';
import { ListStates } from './ListStates.tsx';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';
import { LISTS } from '../words/lists.ts';
import { useLayout } from './use-layout.ts';
import { useSelection } from './use-selection.ts';
import { ViewsMenu } from './ViewsMenu.tsx';

type StatementsPlaceName = Extract<Place, { name: 'statements' }>;

const NONE: readonly string[] = [];

const IDS = STATEMENT_COLUMNS.map(({ id }) => id);
const cellName = nameOfCell(STATEMENT_COLUMNS);

export function StatementsPlace({ place }: { readonly place: StatementsPlaceName }) {
  const [selected, select] = useSelection(place.selected ?? null, (id) => {
    // The address may have been written since this was drawn.
    const now = readPlace(new URL(window.location.href));
    if (now.name === 'statements') goTo({ ...now, selected: id }, { replace: true });
  });
  const archive = useArchive();
  const list = useStatements(place.filter, place.sort ?? '-time');
  const facets = useFacets(place.filter, list.isCurrent);
  const { rows } = list;
  const { copy } = useCopied();
  const look = (change: Partial<ListLook>): void =>
    goTo({ ...place, look: { columns: '', folded: [], ...place.look, ...change } }, { replace: true });
  const columns = useLayout('statements', IDS, place.look, (layout) => look({ columns: layout }));

  const apply = (filter: string): void => goTo({ ...unselected(place), filter });
  const open = (row: StatementRow): void =>
    goTo({ name: 'session', id: row.session, step: row.outcomeSequence ?? row.sequence, tab: 'statement' });
  const menuOf = (row: StatementRow, id: string): MenuEntry[] =>
    menuOfCell(STATEMENT_COLUMNS, row, id, {
      filter: place.filter,
      onFilter: apply,
      of: 'statement',
      onCopy: copy,
      around: {
        time: row.time,
        agent: row.agent === '' ? null : (isValue('token', row.agent)[0]?.text ?? null),
        tables: row.tables.slice(0, 2).map((name) => ({ name, text: isValue('table', name)[0]?.text ?? '' })),
        onFilter: apply,
      },
    });
  const filtering = useMemo(
    () => filteringOf(place.filter, (filter) => goTo({ ...unselected(place), filter })),
    [place],
  );

  return (
    <FilteringContext value={filtering}>
      <h1 className="hidden-text">{LISTS.statements.title}</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus archive={archive.data} matching={list.total} noun="statement" filter={place.filter} />
        <ViewsMenu
          list="statements"
          ids={IDS}
          filter={place.filter}
          sort={place.sort ?? '-time'}
          layout={columns.layout}
          isOther={columns.isOther}
          onKeepColumns={columns.keepOther}
          link={linkTo({ ...place, look: { folded: [], columns: columns.layout } })}
          onShow={(view) =>
            goTo({
              name: 'statements',
              filter: view.filter,
              ...(view.sort === 'time' ? { sort: 'time' } : {}),
              look: { columns: view.columns, folded: place.look?.folded ?? NONE },
            })
          }
        />
        <ExportMenu filter={place.filter} />
      </FilterBar>
      <ListNotice />
      <StoreNotice filter={place.filter} />
      <div className="place-body statements-body">
        <FacetPanel
          facets={facets.data}
          failed={facets.isError}
          filter={place.filter}
          of="statement"
          folded={place.look?.folded ?? NONE}
          onFold={(folded) => look({ folded })}
        />
        <section className="panel" aria-label={LISTS.statements.title} aria-busy={!list.isCurrent}>
          <ListStates
            rows={rows}
            noun="statement"
            filter={place.filter}
            onClear={() => apply('')}
            none={<NoStatementsYet />}
          >
            <ListGrid
              name={LISTS.statements.title}
              columns={STATEMENT_COLUMNS}
              layout={columns.layout}
              onLayout={columns.change}
              source={rows}
              rowId={idOfStatement}
              rowTestId="statement-row"
              selected={selected}
              onSelect={(row) => select(idOfStatement(row))}
              onOpen={open}
              order={place.sort ?? '-time'}
              onOrder={(order) => {
                const { sort: _, ...rest } = place;
                goTo(order === 'time' ? { ...rest, sort: 'time' } : rest);
              }}
              total={list.total}
              menuOf={menuOf}
              cellName={cellName}
            />
          </ListStates>
        </section>
      </div>
    </FilteringContext>
  );
}

/** Where one stands says nothing in another list. */
function unselected(place: StatementsPlaceName): StatementsPlaceName {
  const { selected: _, ...list } = place;
  return list;
}

function NoStatementsYet() {
  return (
    <Note title={LISTS.statements.none}>
      <p>{LISTS.statements.noneSent}</p>
      <BeginElsewhere />
    </Note>
  );
}
