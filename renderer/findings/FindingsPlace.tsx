/** All findings of the case: which are shown, as a board or as a list. */
import { Flag, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Finding } from '../../shared/findings/finding.ts';
import { useFindings } from '../casework.ts';
import { useCommands } from '../commands.ts';
import { ALL_FINDINGS } from '../findings-address.ts';
import { goTo, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { FINDINGS, FINDINGS_COMMANDS } from '../words/findings.ts';
import { matching } from './arranged.ts';
import { Board } from './Board.tsx';
import { CaseHead } from './CaseHead.tsx';
import './findings.css';
import { FindingList } from './FindingList.tsx';
import { FindingsFilter } from './FindingsFilter.tsx';
import { NewFindingDialog } from './NewFindingDialog.tsx';
import { useFindingChange } from './write-finding.ts';

export type FindingsAt = Extract<Place, { name: 'findings' }>;

export function FindingsPlace({ place }: { readonly place: FindingsAt }) {
  const findings = useFindings();
  const [making, setMaking] = useState(false);
  const shown = matching(findings.data ?? [], place);
  useCommands([
    {
      id: 'findings.new',
      name: FINDINGS_COMMANDS.newFinding,
      group: 'findings',
      keys: ['f'],
      run: () => setMaking(true),
    },
    {
      id: 'findings.view',
      name: place.view === 'board' ? FINDINGS_COMMANDS.list : FINDINGS_COMMANDS.board,
      group: 'findings',
      keys: ['v'],
      run: () => goTo({ ...place, view: place.view === 'board' ? 'list' : 'board' }, { replace: true }),
    },
  ]);
  return (
    <div className="case">
      <h1 className="hidden-text">{FINDINGS.title}</h1>
      <CaseHead at="findings">
        <FindingsFilter place={place} findings={findings.data ?? []} shown={shown.length} />
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden /> {FINDINGS.newFinding}
        </Button>
      </CaseHead>
      <div className="case-body">
        <Inside place={place} query={findings} shown={shown} onNew={() => setMaking(true)} />
      </div>
      <NewFindingDialog open={making} onClose={() => setMaking(false)} />
    </div>
  );
}

interface InsideProps {
  readonly place: FindingsAt;
  readonly query: ReturnType<typeof useFindings>;
  readonly shown: readonly Finding[];
  readonly onNew: () => void;
}

function Inside({ place, query, shown, onNew }: InsideProps) {
  const { mutate, error } = useFindingChange();
  if (query.isError && query.data === undefined)
    return <Fault title={FINDINGS.failed} error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <span className="skeleton case-skeleton" aria-busy />;
  if (query.data.length === 0) return <NoneYet onNew={onNew} />;
  if (shown.length === 0) {
    return (
      <Note title={FINDINGS.noneMatch}>
        <Button onClick={() => goTo({ ...ALL_FINDINGS, view: place.view, sort: place.sort })}>
          {FINDINGS.clear}
        </Button>
      </Note>
    );
  }
  const select = (id: string): void => goTo({ ...place, selected: id }, { replace: true });
  const open = (id: string): void => goTo({ name: 'finding', id });
  return (
    <>
      {error === null ? null : (
        <p className="case-problem tone-error" role="alert">
          ✕ {FINDINGS.notWritten}: {error.message}
        </p>
      )}
      {place.view === 'board' ? (
        <Board
          findings={shown}
          selected={place.selected}
          onSelect={select}
          onOpen={open}
          onMove={({ id }, status) => mutate({ id, change: { status } })}
        />
      ) : (
        <FindingList
          findings={shown}
          sort={place.sort}
          selected={place.selected}
          onSort={(sort) => goTo({ ...place, sort })}
          onSelect={select}
          onOpen={open}
        />
      )}
    </>
  );
}

function NoneYet({ onNew }: { readonly onNew: () => void }) {
  return (
    <Note title={FINDINGS.none} icon={<Flag size={16} aria-hidden />}>
      <p>{FINDINGS.noneHow}</p>
      <Button look="primary" onClick={onNew}>
        <Plus size={14} aria-hidden /> {FINDINGS.newFinding}
      </Button>
    </Note>
  );
}
