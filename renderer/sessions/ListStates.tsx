/** What stands where a filtered list would, while there is none: a fault, or that nothing passes; else the list itself. */
import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import type { GrowingList } from './lists.ts';

interface ListStatesProps {
  readonly list: GrowingList<unknown>;
  readonly noun: 'session' | 'statement';
  /** The filter in force. */
  readonly filter: string;
  readonly onClear: () => void;
  /** What to say of an archive that holds none at all. */
  readonly none: ReactNode;
  /** The list. */
  readonly children: ReactNode;
}

export function ListStates({ list, noun, filter, onClear, none, children }: ListStatesProps) {
  const { rows, error, loaded, pending } = list;
  // A page may be empty while there are more: where phrases are looked for, each looks at so many statements.
  if (rows.length > 0 || (error === null && (!loaded || pending > 0))) {
    return (
      <>
        {children}
        {error === null ? null : <CutShort list={list} error={error} />}
      </>
    );
  }
  if (error instanceof ApiError && error.code === 'BAD_FILTER') {
    return (
      <Note title="This filter cannot be read">
        <p>{error.message}</p>
        <Button onClick={onClear}>Clear the filter</Button>
      </Note>
    );
  }
  if (error !== null)
    return <Fault title={`The ${noun}s could not be loaded`} error={error} onRetry={list.reload} />;
  if (filter === '') return none;
  return (
    <Note title={`No ${noun} matches`} icon={<SearchX size={16} aria-hidden />}>
      <p>
        Nothing in this archive passes <code>{filter}</code>.
      </p>
      <Button onClick={onClear}>Clear the filter</Button>
    </Note>
  );
}

/** Below the rows that are there when the next ones do not come. */
function CutShort({ list, error }: { readonly list: GrowingList<unknown>; readonly error: Error }) {
  return (
    <p className="list-fault" role="alert">
      Only the first {list.rows.length} are shown: {error.message}{' '}
      <button type="button" className="value-button" onClick={list.loadMore}>
        Try again
      </button>
    </p>
  );
}
