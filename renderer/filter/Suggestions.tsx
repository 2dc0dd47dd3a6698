/** What may follow in the filter, as the list of a combobox. */
import { useEffect, useRef } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { FILTER } from '../words/filter.ts';
import type { Suggestion } from './suggest.ts';

/** Longest proposal shown: values are as recorded, and filters as long as somebody wrote them. */
const LABEL_LENGTH = 300;

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
      aria-label={items[0]?.kind === 'history' ? FILTER.earlier : FILTER.completions}
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
          <span className="mono ellipsis">{visibleLine(item.label, LABEL_LENGTH)}</span>
          <span className="suggestion-detail ellipsis">{item.detail}</span>
        </li>
      ))}
    </ul>
  );
}
