/** All statements of all sessions, under the same filter. */
import { useState } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { ListNotice } from '../IntegrityNotices.tsx';
import { goTo, type Place } from '../router.ts';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Note } from '../ui/Note.tsx';
import { ArchiveStatus } from './ArchiveStatus.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FilteringContext, filteringOf } from './filtering.ts';
import { knownValues } from './known-values.ts';
import { idOfStatement, useArchive, useFacets, useStatements } from './lists.ts';
import { ListStates } from './ListStates.tsx';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';

type StatementsPlaceName = Extract<Place, { name: 'statements' }>;

export function StatementsPlace({ place }: { readonly place: StatementsPlaceName }) {
  const [selected, setSelected] = useState<string | null>(null);
  const archive = useArchive();
  const facets = useFacets(place.filter);
  const list = useStatements(place.filter);

  const apply = (filter: string): void => goTo({ ...place, filter });
  const open = (row: StatementRow): void =>
    goTo({ name: 'session', id: row.session, step: row.outcomeSequence ?? row.sequence, tab: 'statement' });

  return (
    <FilteringContext value={filteringOf(place.filter, apply)}>
      <h1 className="hidden-text">Statements</h1>
      <FilterBar filter={place.filter} onApply={apply} known={knownValues(facets.data)}>
        <ArchiveStatus archive={archive.data} matching={list.total} noun="statement" filter={place.filter} />
        <ExportMenu filter={place.filter} />
      </FilterBar>
      <ListNotice />
      <section className="panel fill" aria-label="Statements">
        <ListStates
          list={list}
          noun="statement"
          filter={place.filter}
          onClear={() => apply('')}
          none={<NoStatementsYet />}
        >
          <DataGrid
            name="Statements"
            columns={STATEMENT_COLUMNS}
            rows={list.rows}
            rowId={idOfStatement}
            rowTestId="statement-row"
            selected={selected}
            onSelect={(row) => setSelected(idOfStatement(row))}
            onOpen={open}
            total={list.total}
            pending={list.pending}
            onNearEnd={list.loadMore}
            keysEverywhere
          />
        </ListStates>
      </section>
    </FilteringContext>
  );
}

function NoStatementsYet() {
  return (
    <Note title="No statements yet">
      <p>No session of this archive has sent a statement.</p>
    </Note>
  );
}
