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
import { useDenied } from '../me.ts';
import { DeniedButton } from '../ui/Denied.tsx';
import { NewFindingDialog } from './NewFindingDialog.tsx';
import { useFindingChange } from './write-finding.ts';

export type FindingsAt = Extract<Place, { name: 'findings' }>;

export function FindingsPlace({ place }: { readonly place: FindingsAt }) {
  const findings = useFindings();
  const [making, setMaking] = useState(false);
  const denied = useDenied('case:write');
  const shown = matching(findings.data ?? [], place);
  useCommands([
    {
      id: 'findings.new',
      name: FINDINGS_COMMANDS.newFinding,
      group: 'findings',
      keys: ['f'],
      when: denied === null,
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
        {denied === null ? (
          <Button look="primary" onClick={() => setMaking(true)}>
            <Plus size={14} aria-hidden /> {FINDINGS.newFinding}
          </Button>
        ) : (
          <DeniedButton why={denied}>
            <Plus size={14} aria-hidden /> {FINDINGS.newFinding}
          </DeniedButton>
        )}
      </CaseHead>
      <div className="case-body">
        <Inside
          place={place}
          query={findings}
          shown={shown}
          onNew={denied === null ? () => setMaking(true) : null}
        />
      </div>
      <NewFindingDialog open={making} onClose={() => setMaking(false)} />
    </div>
  );
}

interface InsideProps {
  readonly place: FindingsAt;
  readonly query: ReturnType<typeof useFindings>;
  readonly shown: readonly Finding[];
  /** null: they may not. */
  readonly onNew: (() => void) | null;
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

function NoneYet({ onNew }: Pick<InsideProps, 'onNew'>) {
  return (
    <Note title={FINDINGS.none} icon={<Flag size={16} aria-hidden />}>
      <p>{FINDINGS.noneHow}</p>
      {onNew === null ? null : (
        <Button look="primary" onClick={onNew}>
          <Plus size={14} aria-hidden /> {FINDINGS.newFinding}
        </Button>
      )}
    </Note>
  );
}
