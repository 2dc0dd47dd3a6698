/** Two sessions compared: by their rows as soon as these are here, then by what only their events tell. */
import { useEffect, useMemo, useState } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { align } from '../../shared/compare/align.ts';
import {
  compareStatements,
  needsCloserLook,
  type Closer,
  type Compared,
  type ComparedPair,
  type Comparison,
} from '../../shared/compare/compare.ts';
import { segmentsOf } from '../player/session-segments.ts';
import { useAllStatements } from './lean-statements.ts';
import { closerOf, loadPair, type Sides } from './look-closer.ts';

/** Pairs whose parameters are read unasked: more would be minutes of reading. Others are when they are selected. */
const LOOKED_AT = 5_000;

/** Pairs between two times that what was found is shown. */
const SHOWN_EACH = 200;

export interface Compare {
  /** Null while statements are on their way. */
  readonly comparison: Comparison | null;
  /** Statements fetched. */
  readonly loaded: number;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly sides: Sides;
  readonly looking: Looking;
}

/** How far looking closer is. */
export interface Looking {
  readonly done: number;
  readonly total: number;
  /** Pairs that are not looked at unasked. */
  readonly left: number;
  readonly error: Error | null;
}

type Found = ReadonlyMap<Compared, Closer>;

const NOTHING_FOUND: Found = new Map();

export function useComparison(a: SessionId, b: SessionId): Compare {
  const left = useAllStatements(a);
  const right = useAllStatements(b);
  const [sides] = useState((): Sides => ({ a: segmentsOf(a), b: segmentsOf(b) }));
  const aligned = useMemo(
    () =>
      left.rows === null || right.rows === null
        ? null
        : { a: left.rows, b: right.rows, by: align(left.rows.map(nameOf), right.rows.map(nameOf)) },
    [left.rows, right.rows],
  );
  const byRows = useMemo(
    () => (aligned === null ? null : compareStatements(aligned.a, aligned.b, aligned.by)),
    [aligned],
  );
  const { found, looking } = useLookCloser(byRows, sides);
  const comparison = useMemo(
    () =>
      aligned === null || found.size === 0
        ? byRows
        : compareStatements(aligned.a, aligned.b, aligned.by, (row) => found.get(row) ?? null),
    [aligned, byRows, found],
  );
  return {
    comparison,
    loaded: left.count + right.count,
    error: left.error ?? right.error,
    retry: () => {
      if (left.error !== null) left.retry();
      if (right.error !== null) right.retry();
    },
    sides,
    looking,
  };
}

/** What does not parse has its text alone to tell it by. */
function nameOf({ fingerprint, text }: Compared): string {
  return fingerprint === '' ? text : fingerprint;
}

/** Looks closer at pair after pair, in the order of the sessions, so that each of their segments is read once. */
function useLookCloser(comparison: Comparison | null, sides: Sides): { found: Found; looking: Looking } {
  const [found, setFound] = useState(NOTHING_FOUND);
  const [error, setError] = useState<Error | null>(null);
  const pairs = useMemo(() => (comparison?.pairs ?? []).filter(isWorthIt), [comparison]);
  const total = Math.min(pairs.length, LOOKED_AT);
  useEffect(() => {
    let stopped = false;
    const look = async (): Promise<void> => {
      const seen = new Map<Compared, Closer>();
      for (const pair of pairs.slice(0, LOOKED_AT)) {
        if (stopped) return;
        if (pair.a !== null) seen.set(pair.a, closerOf(await loadPair(sides, pair)));
        if (seen.size % SHOWN_EACH === 0) setFound(new Map(seen));
      }
      if (!stopped) setFound(new Map(seen));
    };
    look().catch((cause: unknown) => {
      if (!stopped) setError(cause instanceof Error ? cause : new Error(String(cause)));
    });
    return () => {
      stopped = true;
    };
  }, [pairs, sides]);
  return { found, looking: { done: Math.min(found.size, total), total, left: pairs.length - total, error } };
}

function isWorthIt({ a, b }: ComparedPair): boolean {
  return a !== null && b !== null && needsCloserLook(a, b);
}
