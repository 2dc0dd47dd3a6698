/** A cell that can become a filter: a funnel shows while the pointer is over it. */
import { ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FilterField } from '../../shared/filter/filter.ts';
import { useFiltering, type Filtering } from './filtering.ts';

interface CellProps {
  readonly children: ReactNode;
  /** What a click would ask for, in words: "Filter by agent ci-deployer". */
  readonly says: string;
  readonly act: (filtering: Filtering) => void;
}

export function Cell({ children, says, act }: CellProps) {
  const filtering = useFiltering();
  return (
    <>
      {children}
      <button
        type="button"
        className="cell-filter"
        // The list owns the focus; the filter bar and the preview offer the same by keyboard.
        tabIndex={-1}
        aria-label={says}
        title={says}
        onClick={(event) => {
          event.stopPropagation();
          act(filtering);
        }}
      >
        <ListFilter size={12} aria-hidden />
      </button>
    </>
  );
}

interface ValueProps {
  readonly field: FilterField;
  readonly value: string;
  readonly children?: ReactNode;
}

/** A cell whose value is a term of the filter. */
export function ValueCell({ field, value, children }: ValueProps) {
  return (
    <Cell says={`Filter ${field}:${value}`} act={(filtering) => filtering.toggle(field, value)}>
      {children ?? value}
    </Cell>
  );
}

/** A value in text that filters when clicked. */
export function ValueButton({ field, value, children }: ValueProps) {
  const filtering = useFiltering();
  return (
    <button
      type="button"
      className="value-button"
      title={`Filter ${field}:${value}`}
      onClick={() => filtering.toggle(field, value)}
    >
      {children ?? value}
    </button>
  );
}
