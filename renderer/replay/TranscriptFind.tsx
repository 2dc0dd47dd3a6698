/** Looks for text in the whole transcript: how far it is, and every hit with the line around it. */
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { FindBar } from '../ui/FindBar.tsx';
import { formatCount } from '../ui/format.ts';
import { NOTHING_WANTED, patternOf, type Wanted } from '../ui/wanted.ts';
import { useInView } from '../ui/use-in-view.ts';
import { FIND } from '../words/find.ts';
import { TRANSCRIPT } from '../words/transcript.ts';
import { MOST_HITS, searchTranscript, type Hit, type SearchState } from './transcript-search.ts';
import type { TranscriptSource } from './transcript-source.ts';

/** Pause before what is typed is looked for, ms: each letter would begin at the beginning. */
const TYPING_MS = 200;

/** Height of a hit, in px. */
const HIT = 24;

interface TranscriptFindProps {
  readonly source: TranscriptSource;
  /** A hit is looked at. */
  readonly onHit: (hit: Hit) => void;
  /** A hit is gone to. */
  readonly onGo: (hit: Hit) => void;
  readonly onClose: () => void;
}

export function TranscriptFind({ source, onHit, onGo, onClose }: TranscriptFindProps) {
  const [wanted, setWanted] = useState<Wanted>(NOTHING_WANTED);
  const { state, error, stop } = useSearch(source, wanted);
  const [at, setAt] = useState(-1);
  const hits = state?.hits ?? [];
  const scroll = useRef<HTMLDivElement>(null);
  const list = useInView({ count: hits.length, scroll, size: () => HIT, overscan: 4 });
  const look = (index: number): void => {
    const hit = hits[index];
    if (hit === undefined) return;
    setAt(index);
    list.scrollToIndex(index);
    onHit(hit);
  };
  const step = (direction: 1 | -1): void => {
    if (hits.length > 0) look((at + direction + hits.length) % hits.length);
  };
  return (
    <div className="transcript-find">
      <FindBar
        where={TRANSCRIPT.name}
        wanted={wanted}
        onWant={(now) => {
          setWanted(now);
          setAt(-1);
        }}
        onStep={step}
        onClose={onClose}
        says={saysOf(wanted, state, at)}
      />
      {error === null ? null : (
        <p className="tone-error transcript-says" role="alert">
          ✕ {error}
        </p>
      )}
      {state === null || state.over ? null : (
        <p className="transcript-says cell-quiet">
          <progress max={state.all} value={state.done} aria-label={TRANSCRIPT.text} />
          {TRANSCRIPT.searched(formatCount(state.done), formatCount(state.all))}
          <Button onClick={stop}>{TRANSCRIPT.stop}</Button>
        </p>
      )}
      {hits.length === 0 ? null : (
        <div ref={scroll} className="transcript-hits" role="listbox" aria-label={TRANSCRIPT.hitList}>
          <div style={{ height: list.getTotalSize(), position: 'relative' }}>
            {list.getVirtualItems().map(({ index, start }) => {
              const hit = hits[index];
              return hit === undefined ? null : (
                <button
                  key={index}
                  type="button"
                  role="option"
                  aria-selected={index === at}
                  className="transcript-hit mono"
                  style={{ transform: `translateY(${start}px)` }}
                  onClick={() => {
                    look(index);
                    onGo(hit);
                  }}
                >
                  {hit.text.slice(0, hit.from)}
                  <mark>{hit.text.slice(hit.from, hit.to)}</mark>
                  {hit.text.slice(hit.to)}
                </button>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

function saysOf(wanted: Wanted, state: SearchState | null, at: number): string {
  if (wanted.text === '') return '';
  if (patternOf(wanted) === null) return FIND.notRegex;
  const count = state?.hits.length ?? 0;
  if (count === 0) return state?.over === true ? FIND.none : '…';
  if (at >= 0) return FIND.some(formatCount(at + 1), formatCount(count));
  return count >= MOST_HITS ? TRANSCRIPT.firstHits(formatCount(count)) : FIND.many(formatCount(count));
}

interface Search {
  readonly state: SearchState | null;
  /** Why it broke off. */
  readonly error: string | null;
  readonly stop: () => void;
}

function useSearch(source: TranscriptSource, wanted: Wanted): Search {
  const [found, setFound] = useState<{ readonly of: Wanted; readonly state: SearchState } | null>(null);
  const [failed, setFailed] = useState<{ readonly of: Wanted; readonly why: string } | null>(null);
  const running = useRef<AbortController>(null);
  useEffect(() => {
    const pattern = patternOf(wanted);
    if (pattern === null) return;
    const stop = new AbortController();
    running.current = stop;
    const timer = setTimeout(() => {
      const onState = (state: SearchState): void => setFound({ of: wanted, state });
      searchTranscript(source, pattern, onState, stop.signal).catch((error: unknown) =>
        setFailed({ of: wanted, why: error instanceof Error ? error.message : TRANSCRIPT.failed }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [source, wanted]);
  const state = found?.of === wanted ? found.state : null;
  return {
    state,
    error: failed?.of === wanted ? failed.why : null,
    stop: () => {
      running.current?.abort();
      if (state !== null) setFound({ of: wanted, state: { ...state, over: true } });
    },
  };
}
