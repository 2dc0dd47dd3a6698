/** What the menu of a cell offers: its values as filters, the value as text, and what happened around it. */
import { Ban, Clock, Copy, ListFilter, ListX, Target } from 'lucide-react';
import {
  hasCondition,
  oppositeOf,
  withCondition,
  withoutCondition,
  withoutConditionsOn,
} from '../../shared/filter/edit-conditions.ts';
import type { FilterField } from '../../shared/filter/filter.ts';
import { STATEMENT_FIELDS } from '../../shared/filter/vocabulary.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatFilterTime } from '../ui/format.ts';
import type { MenuEntry } from '../ui/list/CellMenu.tsx';
import { LISTS } from '../words/lists.ts';
import type { CellCondition } from './conditions.ts';
import type { FilterColumn } from './filter-column.ts';

/** Of a glyph in a menu, px. */
const GLYPH = 14;

/** Longest condition in a menu. */
const LABEL_LENGTH = 60;

/** How far around a moment one looks, µs. */
const AROUND = 5 * 60 * 1_000_000;
const SECOND = 1_000_000;

interface CellEntries {
  readonly conditions: readonly CellCondition[];
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** In a list of sessions nothing a statement does can be excluded: others of the session may do it. */
  readonly of: 'session' | 'statement';
  readonly text: string;
  readonly onCopy: (text: string) => void;
}

/** Of a cell of a list: its own value, and what happened around its row. */
export function menuOfCell<T>(
  columns: readonly FilterColumn<T>[],
  row: T,
  id: string,
  { around, ...own }: Omit<CellEntries, 'conditions' | 'text'> & { readonly around: Around },
): MenuEntry[] {
  const column = columns.find((one) => one.id === id);
  const [conditions, text] = [column?.conditions(row) ?? [], column?.text(row) ?? ''];
  return [...cellEntries({ ...own, conditions, text }), ...aroundEntries(around)];
}

/** What a cell holds, as the name of its menu. */
export function nameOfCell<T>(columns: readonly FilterColumn<T>[]): (row: T, id: string) => string {
  return (row, id) => {
    const column = columns.find((one) => one.id === id);
    return column === undefined ? '' : LISTS.cell.menuOf(column.title, column.text(row));
  };
}

/** The entries about a cell's own value. */
function cellEntries({ conditions, filter, onFilter, of, text, onCopy }: CellEntries): MenuEntry[] {
  const entries = conditions.flatMap((condition) => conditionEntries(condition, filter, onFilter, of));
  return [
    ...entries,
    ...(entries.length === 0 ? [] : [null]),
    {
      label: LISTS.cell.copy,
      icon: <Copy size={GLYPH} aria-hidden />,
      disabled: text === '',
      run: () => onCopy(text),
    },
  ];
}

function conditionEntries(
  { field, text, bound }: CellCondition,
  filter: string,
  onFilter: (filter: string) => void,
  of: CellEntries['of'],
): MenuEntry[] {
  const label = visibleLine(text, LABEL_LENGTH);
  const words = LISTS.cell;
  const only = {
    label: words.only(label),
    icon: <Target size={GLYPH} aria-hidden />,
    run: () => onFilter(withCondition(withoutConditionsOn(filter, field), text)),
  };
  if (bound === true)
    return [{ ...only, label: words.by(label), icon: <ListFilter size={GLYPH} aria-hidden /> }];
  const opposite = oppositeOf(text);
  const by = hasCondition(filter, text)
    ? {
        label: words.drop(label),
        icon: <ListX size={GLYPH} aria-hidden />,
        run: () => onFilter(withoutCondition(filter, text)),
      }
    : {
        label: words.by(label),
        icon: <ListFilter size={GLYPH} aria-hidden />,
        run: () => onFilter(withCondition(withoutCondition(filter, opposite), text)),
      };
  if (!canExclude(field, of)) return [by, only];
  const without = {
    label: words.without(label),
    icon: <Ban size={GLYPH} aria-hidden />,
    run: () => onFilter(withCondition(withoutCondition(filter, text), opposite)),
  };
  return [by, without, only];
}

/** Whether a list without something says what a person means by that. */
export function canExclude(field: FilterField, of: 'session' | 'statement'): boolean {
  return of === 'statement' || ![...STATEMENT_FIELDS].some((known) => known === field);
}

interface Around {
  /** µs */
  readonly time: number;
  /** As a condition; null: nobody knows who it was. */
  readonly agent: string | null;
  /** As conditions, with the table's name. */
  readonly tables: readonly { readonly name: string; readonly text: string }[];
  readonly onFilter: (filter: string) => void;
}

/** The entries about what happened at the same time, in whichever session. */
function aroundEntries({ time, agent, tables, onFilter }: Around): MenuEntry[] {
  const icon = <Clock size={GLYPH} aria-hidden />;
  const span = `after:${formatFilterTime(time - AROUND)} before:${formatFilterTime(time + AROUND + SECOND)}`;
  const words = LISTS.cell;
  return [
    null,
    { label: words.around, icon, run: () => onFilter(span) },
    ...(agent === null ? [] : [{ label: words.aroundAgent, icon, run: () => onFilter(`${agent} ${span}`) }]),
    ...tables.map(({ name, text }) => ({
      label: words.aroundTable(visibleLine(name, LABEL_LENGTH)),
      icon,
      run: () => onFilter(`${text} ${span}`),
    })),
  ];
}
