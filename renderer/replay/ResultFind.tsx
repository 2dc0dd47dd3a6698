/** Looks for text in all rows of a result, those not in view too. */
import { useEffect, useState } from 'react';
import type { ResultShape } from '../player/result.ts';
import type { CellAt } from '../ui/cell-grid-column.ts';
import { FindBar } from '../ui/FindBar.tsx';
import { formatCount } from '../ui/format.ts';
import { NOTHING_WANTED, patternOf, type Wanted } from '../ui/wanted.ts';
import { FIND } from '../words/find.ts';
import { RESULT } from '../words/result.ts';
import { searchResult, type LoadPart, type ResultHits } from './result-search.ts';

/** Pause before what is typed is looked for, ms. */
const TYPING_MS = 200;

interface ResultFindProps {
  readonly shape: ResultShape;
  readonly load: LoadPart;
  readonly onHit: (cell: CellAt) => void;
  readonly onClose: () => void;
}

export function ResultFind({ shape, load, onHit, onClose }: ResultFindProps) {
  const [wanted, setWanted] = useState<Wanted>(NOTHING_WANTED);
  const [found, setFound] = useState<{ readonly of: Wanted; readonly hits: ResultHits | string } | null>(
    null,
  );
  const [at, setAt] = useState(-1);
  useEffect(() => {
    const pattern = patternOf(wanted);
    if (pattern === null) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const onHits = (hits: ResultHits): void => setFound({ of: wanted, hits });
      searchResult(shape, load, pattern, onHits, stop.signal).catch((error: unknown) =>
        setFound({ of: wanted, hits: error instanceof Error ? error.message : RESULT.failed }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [shape, load, wanted]);
  const state = found?.of === wanted ? found.hits : null;
  const hits = state === null || typeof state === 'string' ? [] : state.hits;
  const step = (direction: 1 | -1): void => {
    if (hits.length === 0) return;
    const next = (at + direction + hits.length) % hits.length;
    const hit = hits[next];
    setAt(next);
    if (hit !== undefined) onHit(hit);
  };
  return (
    <FindBar
      where={RESULT.name}
      wanted={wanted}
      onWant={(now) => {
        setWanted(now);
        setAt(-1);
      }}
      onStep={step}
      onClose={onClose}
      says={saysOf(wanted, state, at, shape.rows)}
    />
  );
}

function saysOf(wanted: Wanted, state: ResultHits | string | null, at: number, rows: number): string {
  if (wanted.text === '') return '';
  if (patternOf(wanted) === null) return FIND.notRegex;
  if (state === null) return '…';
  if (typeof state === 'string') return `✕ ${state}`;
  const { hits, done, over } = state;
  if (at >= 0) return FIND.some(formatCount(at + 1), formatCount(hits.length));
  const count = hits.length === 0 && over ? FIND.none : FIND.many(formatCount(hits.length));
  return over ? count : `${count}, ${RESULT.searching(formatCount(done), formatCount(rows))}`;
}
