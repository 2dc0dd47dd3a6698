/** A pair in full: fact by fact, A beside B, what differs marked; texts with what they do not share set off. */
import { useQuery } from '@tanstack/react-query';
import type { ComparedPair } from '../../shared/compare/compare.ts';
import { Button } from '../ui/Button.tsx';
import { Fault } from '../ui/Note.tsx';
import { COMPARE } from '../words/compare.ts';
import { KindMark } from './KindMark.tsx';
import { loadPair, type Sides } from './look-closer.ts';
import { pairFacts } from './pair-facts.tsx';

interface PairViewProps {
  readonly pair: ComparedPair | null;
  readonly sides: Sides;
  readonly onReplay: (side: 'a' | 'b') => void;
}

export function PairView({ pair, sides, onReplay }: PairViewProps) {
  const detail = useQuery({
    queryKey: ['pair', sides.a.id, sides.b.id, pair?.a?.sequence, pair?.b?.sequence],
    queryFn: () => (pair === null ? null : loadPair(sides, pair)),
    enabled: pair !== null,
    gcTime: 15_000,
  });
  if (pair === null) {
    return (
      <section className="panel panel-side" aria-label={COMPARE.detail}>
        <p className="panel-none">{COMPARE.detailNone}</p>
      </section>
    );
  }
  return (
    <section className="panel panel-side" aria-label={COMPARE.detail} data-testid="pair">
      {detail.isError ? (
        <Fault title={COMPARE.loadFailed} error={detail.error} onRetry={() => void detail.refetch()} />
      ) : (
        <div className="panel-scroll">
          <table className="pair">
            <thead>
              <tr>
                <th scope="col">
                  <KindMark kind={pair.kind} />
                </th>
                {(['a', 'b'] as const).map((side) => (
                  <th key={side} scope="col">
                    <span className="compare-side">{COMPARE.side(side)}</span>
                    {pair[side] === null ? null : (
                      <Button look="plain" onClick={() => onReplay(side)}>
                        {COMPARE.replayShort} <kbd className="key">{side}</kbd>
                      </Button>
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {pairFacts(pair, detail.data ?? null).map(({ name, a, b, differs }) => (
                <tr key={name} className={differs ? 'pair-differs' : undefined}>
                  <th scope="row">
                    {name}
                    {differs ? <span className="pair-mark"> ≠</span> : null}
                  </th>
                  <td>{a}</td>
                  <td>{b}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
