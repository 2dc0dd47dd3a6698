/** One value of a facet with its count. */
import { Ban, Copy, ListFilter, ListX, Target } from 'lucide-react';
import { useState } from 'react';
import type { FacetField, FacetValue } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { DECISIONS } from '../../shared/policy/recorded-decision.ts';
import { SESSION_OUTCOMES } from '../../shared/recording/event.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { DecisionMark, MaskedName } from '../ui/decision-marks.tsx';
import { formatCompact } from '../ui/format.ts';
import { CellMenu, type MenuEntry, type MenuPlace } from '../ui/list/CellMenu.tsx';
import { GLYPH, Outcome, ProvenanceMark, Verb } from '../ui/marks.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { FACETS } from '../words/facets.ts';
import { canExclude } from './cell-entries.tsx';
import { only, toggled, toggledOut, type FacetStanding } from './facet-edits.ts';
import { useFiltering } from './filtering.ts';

/** Longest value shown; the rest is in its title. */
const VALUE_LENGTH = 80;
const TITLE_LENGTH = 1_000;

interface FacetItemProps {
  readonly field: FacetField;
  readonly item: FacetValue;
  /** The greatest count of the field. */
  readonly most: number;
  readonly standing: FacetStanding;
  readonly filter: string;
  readonly of: 'session' | 'statement';
}

export function FacetItem({ field, item, most, standing, filter, of }: FacetItemProps) {
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { apply } = useFiltering();
  const { copy } = useCopied();
  const { value } = item;
  const isExcluded = standing.excluded.includes(value);
  const isChosen = standing.chosen.includes(value);
  const excludes = canExclude(field, of);
  const term = visibleLine(printTerm({ field, comparison: ':', value }), VALUE_LENGTH);
  const exclude = (): void => apply(toggledOut(filter, field, value));
  const entries: MenuEntry[] = [
    {
      label: isChosen ? FACETS.drop(term) : FACETS.add(term),
      icon: isChosen ? <ListX size={14} aria-hidden /> : <ListFilter size={14} aria-hidden />,
      run: () => apply(toggled(filter, field, value)),
    },
    {
      label: FACETS.only(term),
      icon: <Target size={14} aria-hidden />,
      run: () => apply(only(filter, field, value)),
    },
    ...(excludes
      ? [
          {
            label: isExcluded ? FACETS.include(term) : FACETS.exclude(term),
            icon: <Ban size={14} aria-hidden />,
            run: exclude,
          },
        ]
      : []),
    null,
    { label: FACETS.copy, icon: <Copy size={14} aria-hidden />, run: () => copy(value) },
  ];
  return (
    <>
      <button
        type="button"
        className={isExcluded ? 'facet-value facet-excluded' : 'facet-value'}
        aria-pressed={isChosen}
        title={`${visibleLine(value, TITLE_LENGTH)}\n${FACETS.how}`}
        data-testid={`facet-${field}`}
        data-value={value}
        onClick={(event) => {
          if (isExcluded || (event.altKey && excludes)) exclude();
          else if (event.shiftKey) apply(only(filter, field, value));
          else apply(toggled(filter, field, value));
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          // A key opens it below the value, a pointer where it is.
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          const isKey = event.clientX === 0 && event.clientY === 0;
          setMenu(isKey ? { x: left, y: bottom } : { x: event.clientX, y: event.clientY });
        }}
      >
        <span
          className="facet-bar"
          style={{ width: `${Math.min(100, (item.count / Math.max(1, most)) * 100)}%` }}
          aria-hidden
        />
        {isExcluded ? <Ban size={GLYPH} className="tone-denied" aria-label={FACETS.excluded} /> : null}
        <span className="facet-label ellipsis">
          <FacetLabel field={field} value={value} />
        </span>
        {item.provenance === undefined ? null : <ProvenanceMark provenance={item.provenance} />}
        <span className="facet-count">{isExcluded ? '' : formatCompact(item.count)}</span>
      </button>
      {menu === null ? null : (
        <CellMenu name={term} entries={entries} place={menu} onClose={() => setMenu(null)} />
      )}
    </>
  );
}

function FacetLabel({ field, value }: { readonly field: FacetField; readonly value: string }) {
  if (field === 'verb') return <Verb verb={value} />;
  if (field === 'outcome' && isOutcome(value)) return <Outcome outcome={value} />;
  const decision = DECISIONS.find((known) => known === value);
  if (field === 'policy' && decision !== undefined) return <DecisionMark decision={decision} short />;
  if (field === 'masked') return <MaskedName name={visibleLine(value, VALUE_LENGTH)} />;
  return visibleLine(value, VALUE_LENGTH);
}

function isOutcome(value: string): value is Parameters<typeof Outcome>[0]['outcome'] {
  return ['live', ...SESSION_OUTCOMES, 'unknown'].includes(value);
}
