/** All statements of all sessions, under the same filter. */
import { SearchX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { goTo, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { knownValues } from './known-values.ts';
import { idOfStatement, useArchive, useFacets, useStatements } from './lists.ts';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';

type StatementsPlaceName = Extract<Place, { name: 'statements' }>;

/** Rows drawn as skeletons while a page is on its way. */
const PENDING_ROWS = 12;

export function StatementsPlace({ place }: { readonly place: StatementsPlaceName }) {
  const [selected, setSelected] = useState<string | null>(null);
  const archive = useArchive();
  const facets = useFacets(place.filter);
  const list = useStatements(place.filter);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const counted = list.data?.pages[0]?.total ?? (list.isSuccess && !list.hasNextPage ? rows.length : null);
  const total = list.isPlaceholderData ? null : counted;

  const apply = (filter: string): void => goTo({ ...place, filter });
  const open = (row: StatementRow): void =>
    goTo({ name: 'session', id: row.session, step: row.outcomeSequence ?? row.sequence, tab: 'statement' });
  const { fetchNextPage, isFetching } = list;
  const onNearEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);

  return (
    <FilteringContext value={filteringOf(place.filter, apply)}>
      <h1 className="hidden-text">Statements</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus archive={archive.data} matching={total} noun="statement" />
      </FilterBar>
      <section className="panel fill" aria-label="Statements">
        {list.isError && rows.length === 0 ? (
          <Fault
            title="The statements could not be loaded"
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        ) : list.isSuccess && rows.length === 0 ? (
          <NoStatements filter={place.filter} onClear={() => apply('')} />
        ) : (
          <DataGrid
            name="Statements"
            columns={STATEMENT_COLUMNS}
            rows={rows}
            rowId={idOfStatement}
            rowTestId="statement-row"
            selected={selected}
            onSelect={(row) => setSelected(idOfStatement(row))}
            onOpen={open}
            total={total}
            pending={list.isPending || list.hasNextPage ? PENDING_ROWS : 0}
            onNearEnd={onNearEnd}
            keysEverywhere
          />
        )}
      </section>
    </FilteringContext>
  );
}

function NoStatements({ filter, onClear }: { readonly filter: string; readonly onClear: () => void }) {
  if (filter === '') {
    return (
      <Note title="No statements yet">
        <p>No session of this archive has sent a statement.</p>
      </Note>
    );
  }
  return (
    <Note title="No statement matches" icon={<SearchX size={16} aria-hidden />}>
      <p>
        Nothing in this archive passes <code>{filter}</code>.
      </p>
      <Button onClick={onClear}>Clear the filter</Button>
    </Note>
  );
}
