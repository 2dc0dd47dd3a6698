/** A value in text that filters when clicked. */
import type { ReactNode } from 'react';
import type { FilterField } from '../../shared/filter/filter.ts';
import { useFiltering } from './filtering.ts';

interface ValueProps {
  readonly field: FilterField;
  readonly value: string;
  readonly children?: ReactNode;
}

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
