/** What stands where a filtered list would, while there is none: a fault, or that nothing passes; else the list itself. */
import { ArrowUp, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import { Button } from '../ui/Button.tsx';
import type { RowWindow } from '../ui/list/row-window.ts';
import { Fault, Note } from '../ui/Note.tsx';
import { LISTS } from '../words/lists.ts';

interface ListStatesProps<T> {
  readonly rows: RowWindow<T>;
  readonly noun: 'session' | 'statement';
  /** The filter in force. */
  readonly filter: string;
  readonly onClear: () => void;
  /** What to say of an archive that holds none at all. */
  readonly none: ReactNode;
  /** The list. */
  readonly children: ReactNode;
}

export function ListStates<T>({ rows, noun, filter, onClear, none, children }: ListStatesProps<T>) {
  const { error, loaded } = rows;
  const words = LISTS.states;
  if (error !== null && !loaded) {
    if (error instanceof ApiError && error.code === 'BAD_FILTER') {
      return (
        <Note title={words.badFilter}>
          <p>{error.message}</p>
          <Button onClick={onClear}>{words.clear}</Button>
        </Note>
      );
    }
    return <Fault title={words.notLoaded(noun)} error={error} onRetry={rows.goOn} />;
  }
  if (loaded && rows.total === 0) {
    if (filter === '') return none;
    return (
      <Note title={words.noMatch(noun)} icon={<SearchX size={16} aria-hidden />}>
        <p>
          {words.nothingPasses} <code>{filter}</code>.
        </p>
        <Button onClick={onClear}>{words.clear}</Button>
      </Note>
    );
  }
  return (
    <div className="list-place">
      {children}
      {rows.news > 0 ? (
        <button type="button" className="list-news" data-testid="list-news" onClick={rows.takeNews}>
          <ArrowUp size={12} aria-hidden /> {words.news(rows.news, noun)}
        </button>
      ) : null}
      {error === null ? null : (
        <Foot isFault words={words.cutShort(error.message)} action={words.again} onAct={rows.goOn} />
      )}
      {error === null && rows.stalled ? (
        <Foot words={words.stalled} action={words.further} onAct={rows.goOn} />
      ) : null}
    </div>
  );
}

interface FootProps {
  readonly isFault?: boolean;
  readonly words: string;
  readonly action: string;
  readonly onAct: () => void;
}

/** Below the rows that are there, when the next ones did not come. */
function Foot({ isFault = false, words, action, onAct }: FootProps) {
  return (
    <p className={isFault ? 'list-fault' : 'list-foot'} role={isFault ? 'alert' : 'status'}>
      {words}{' '}
      <button type="button" className="value-button" onClick={onAct}>
        {action}
      </button>
    </p>
  );
}
