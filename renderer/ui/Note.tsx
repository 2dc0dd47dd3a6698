/** What stands where content would: nothing found, something went wrong. */
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { VALUES } from '../words/values.ts';
import { Button } from './Button.tsx';

interface NoteProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** An empty state: says what to do next. */
export function Note({ title, icon, children }: NoteProps) {
  return (
    <div className="page-center">
      <div className="note" role="status">
        <h2>
          {icon}
          {title}
        </h2>
        {children}
      </div>
    </div>
  );
}

interface FaultProps {
  /** What could not be done: "The sessions could not be loaded". */
  readonly title: string;
  readonly error: Error;
  readonly onRetry?: () => void;
}

/** An error state: what, where, how to mend, and a retry. */
export function Fault({ title, error, onRetry }: FaultProps) {
  return (
    <div className="page-center">
      <div className="note" role="alert">
        <h2>
          <CircleAlert size={16} className="tone-error" aria-hidden />
          {title}
        </h2>
        <p>{error.message}</p>
        {onRetry === undefined ? null : <Button onClick={onRetry}>{VALUES.tryAgain}</Button>}
      </div>
    </div>
  );
}
