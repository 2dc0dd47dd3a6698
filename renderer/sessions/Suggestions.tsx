/** What may follow in the filter, as the list of a combobox. */
import { useEffect, useRef } from 'react';

/** One proposal: `insert` in place of the characters of `range`. */
export interface Suggestion {
  readonly kind: 'field' | 'keyword' | 'value' | 'history';
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
  readonly range: readonly [number, number];
}

interface SuggestionsProps {
  readonly id: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

export function Suggestions({ id, items, active, onTake }: SuggestionsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  return (
    <ul
      ref={list}
      id={id}
      role="listbox"
      aria-label="Completions"
      className="suggestions"
      hidden={items.length === 0}
    >
      {items.map((item, index) => (
        <li
          key={item.insert}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="suggestion"
          // Keeps the caret where it is.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(item)}
        >
          <span className="mono ellipsis">{item.label}</span>
          <span className="suggestion-detail ellipsis">{item.detail}</span>
        </li>
      ))}
    </ul>
  );
}
