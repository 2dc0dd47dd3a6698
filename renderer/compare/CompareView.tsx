/** The comparison: what it comes to, the statements of both in step, and the selected pair in full. */
import { useMemo } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { nextDifference, type ComparedPair, type Comparison } from '../../shared/compare/compare.ts';
import { useCommands } from '../commands.ts';
import { goTo, type Place } from '../router.ts';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { COMPARE } from '../words/compare.ts';
import { COMPARE_COLUMNS, idOfPair } from './compare-columns.tsx';
import { CompareBar } from './CompareBar.tsx';
import { CompareHead } from './CompareHead.tsx';
import { PairView } from './PairView.tsx';
import { useComparison } from './use-comparison.ts';

interface CompareViewProps {
  readonly place: Extract<Place, { name: 'compare' }>;
  readonly a: SessionRow;
  readonly b: SessionRow;
}

export function CompareView({ place, a, b }: CompareViewProps) {
  const { comparison, loaded, error, retry, sides, looking } = useComparison(a.id, b.id);
  const selected = place.at === null ? null : (comparison?.pairs[place.at] ?? null);
  const shown = useMemo(
    () => comparison?.pairs.filter(({ kind }) => !place.only || kind !== 'same') ?? [],
    [comparison, place.only],
  );
  const select = (at: number | null): void => {
    if (at !== null) goTo({ ...place, at }, { replace: true });
  };
  const step = (by: 1 | -1): void => {
    if (comparison !== null) select(nextDifference(comparison.pairs, place.at, by));
  };
  const toggleOnly = (): void => goTo({ ...place, only: !place.only }, { replace: true });
  const swap = (): void => goTo({ ...place, a: b.id, b: a.id, at: null }, { replace: true });
  const replay = (side: 'a' | 'b'): void => openReplay(side === 'a' ? a : b, selected?.[side] ?? null);
  useCommands([
    { id: 'compare.next', name: COMPARE.next, group: 'here', keys: [']'], run: () => step(1) },
    { id: 'compare.previous', name: COMPARE.previous, group: 'here', keys: ['['], run: () => step(-1) },
    { id: 'compare.only', name: COMPARE.onlyDifferences, group: 'here', keys: ['o'], run: toggleOnly },
    { id: 'compare.replay-a', name: COMPARE.replay('a'), group: 'here', keys: ['a'], run: () => replay('a') },
    { id: 'compare.replay-b', name: COMPARE.replay('b'), group: 'here', keys: ['b'], run: () => replay('b') },
    { id: 'compare.swap', name: COMPARE.swap, group: 'here', keys: ['x'], run: swap },
  ]);

  return (
    <div className="compare">
      <CompareHead a={a} b={b} comparison={comparison} onSwap={swap} />
      {error !== null ? (
        <Fault title={COMPARE.loadFailed} error={error} onRetry={retry} />
      ) : comparison === null ? (
        <p className="panel-none" role="status">
          {COMPARE.loading(loaded, a.statements + b.statements)}
        </p>
      ) : (
        <>
          <CompareBar
            comparison={comparison}
            at={place.at}
            only={place.only}
            looking={looking}
            onOnly={toggleOnly}
            onStep={step}
          />
          <div className="compare-body">
            <section className="panel" aria-label={COMPARE.title}>
              {shown.length === 0 ? (
                <Note title={saysNone(comparison)} />
              ) : (
                <DataGrid
                  name={COMPARE.title}
                  columns={COMPARE_COLUMNS}
                  rows={shown}
                  rowId={idOfPair}
                  rowTestId="compare-row"
                  selected={place.at === null ? null : String(place.at)}
                  onSelect={(pair) => select(pair.index)}
                  onOpen={(pair) => openReplay(pair.b === null ? a : b, pair.b ?? pair.a)}
                  total={shown.length}
                  pending={0}
                  keysEverywhere
                />
              )}
            </section>
            <PairView pair={selected} sides={sides} onReplay={replay} />
          </div>
        </>
      )}
    </div>
  );
}

function openReplay({ id }: SessionRow, statement: ComparedPair['a']): void {
  goTo({ name: 'session', id, step: statement?.sequence ?? null, tab: 'statement' });
}

function saysNone({ pairs }: Comparison): string {
  return pairs.length === 0 ? COMPARE.noStatements : COMPARE.noDifference;
}
