/** The values of one field with their counts. */
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight, Search } from 'lucide-react';
import { useId, useState } from 'react';
import type { FacetField, FacetValue } from '../../shared/api/session.ts';
import { withAlternatives } from '../../shared/filter/edit-conditions.ts';
import { api } from '../api.ts';
import { toneOfVerb } from '../ui/marks.tsx';
import { FACETS } from '../words/facets.ts';
import { FacetItem } from './FacetItem.tsx';
import { standingOf, toggledOut } from './facet-edits.ts';
import { useFiltering } from './filtering.ts';

/** Values of a field before "more". Verbs are few, and the rare one is the one looked for. */
const FEW: Readonly<Record<FacetField, number>> = {
  token: 6,
  job: 6,
  table: 8,
  verb: 12,
  connection: 4,
  outcome: 6,
  policy: 10,
  masked: 8,
};

/** Values that the host tells of a field at most. */
const MOST_TOLD = 50;

interface FacetGroupProps {
  readonly field: FacetField;
  /** undefined while they are on their way. */
  readonly values: readonly FacetValue[] | undefined;
  readonly filter: string;
  readonly of: 'session' | 'statement';
  readonly isFolded: boolean;
  readonly onFold: () => void;
}

export function FacetGroup({ field, values, filter, of, isFolded, onFold }: FacetGroupProps) {
  const [all, setAll] = useState(false);
  const [search, setSearch] = useState<string | null>(null);
  const { apply } = useFiltering();
  const id = useId();
  const standing = standingOf(filter, field);
  const { chosen, excluded } = standing;
  const own = useWithoutOwn(field, filter, chosen.length > 0 && !isFolded && values !== undefined);
  const told = own ?? values;
  const listed = told === undefined ? undefined : withSpoken(inOrder(field, told), [...chosen, ...excluded]);
  const wanted = search?.trim().toLowerCase() ?? '';
  const found = listed?.filter(({ value }) => value.toLowerCase().includes(wanted));
  const isLong = (listed?.length ?? 0) > FEW[field];
  const shown = all || search !== null ? found : found?.slice(0, FEW[field]);
  const name = FACETS.names[field];
  return (
    <section className="facet" aria-labelledby={`${id}-name`}>
      <div className="facet-head">
        <button type="button" className="facet-fold" aria-expanded={!isFolded} onClick={onFold}>
          {isFolded ? <ChevronRight size={12} aria-hidden /> : <ChevronDown size={12} aria-hidden />}
          <h2 id={`${id}-name`} className="section-title">
            {name}
          </h2>
        </button>
        {chosen.length + excluded.length === 0 ? null : (
          <button
            type="button"
            className="facet-clear"
            aria-label={FACETS.clearOf(name)}
            title={FACETS.chosen(chosen.length + excluded.length)}
            onClick={() => apply(cleared(filter, field))}
          >
            {FACETS.clear}
          </button>
        )}
        {isLong && !isFolded ? (
          <button
            type="button"
            className="facet-search-button"
            aria-label={FACETS.search(name)}
            aria-pressed={search !== null}
            onClick={() => setSearch(search === null ? '' : null)}
          >
            <Search size={12} aria-hidden />
          </button>
        ) : null}
      </div>
      {isFolded ? null : (
        <>
          {search === null ? null : (
            <input
              className="facet-search"
              type="search"
              autoFocus
              value={search}
              aria-label={FACETS.search(name)}
              placeholder={FACETS.find}
              onChange={(event) => setSearch(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                event.stopPropagation();
                setSearch(null);
              }}
            />
          )}
          {shown === undefined ? <FacetSkeleton /> : null}
          {shown?.length === 0 ? (
            <p className="facet-none">{wanted === '' ? FACETS.none : FACETS.noneFound}</p>
          ) : null}
          <ul>
            {shown?.map((item) => (
              <li key={`${item.value} ${item.provenance ?? ''}`}>
                <FacetItem
                  field={field}
                  item={item}
                  most={told?.[0]?.count ?? 1}
                  standing={standing}
                  filter={filter}
                  of={of}
                />
              </li>
            ))}
          </ul>
          {isLong && search === null ? (
            <button type="button" className="facet-more" onClick={() => setAll(!all)}>
              {all ? FACETS.fewer : FACETS.more((listed?.length ?? 0) - FEW[field])}
            </button>
          ) : null}
          {(all || search !== null) && told !== undefined && told.length >= MOST_TOLD ? (
            <p className="facet-none">{FACETS.mostFrequent(MOST_TOLD)}</p>
          ) : null}
        </>
      )}
    </section>
  );
}

/** The counts of a field as if nothing of it were chosen: what else there is to choose. */
function useWithoutOwn(
  field: FacetField,
  filter: string,
  isChosen: boolean,
): readonly FacetValue[] | undefined {
  const rest = withAlternatives(filter, field, []);
  const { data } = useQuery({
    queryKey: ['facets', rest],
    queryFn: ({ signal }) => api.facets({ filter: rest }, { signal }),
    enabled: isChosen,
  });
  return isChosen ? data?.fields[field] : undefined;
}

function cleared(filter: string, field: FacetField): string {
  const { excluded } = standingOf(filter, field);
  return excluded.reduce(
    (rest, value) => toggledOut(rest, field, value),
    withAlternatives(filter, field, []),
  );
}

/** What the filter speaks of is there, counted or not. */
function withSpoken(values: readonly FacetValue[], spoken: readonly string[]): readonly FacetValue[] {
  const known = new Set(values.map(({ value }) => value));
  return [...spoken.filter((value) => !known.has(value)).map((value) => ({ value, count: 0 })), ...values];
}

/** What reads, writes or changes the schema before BEGIN, COMMIT and their like. */
function inOrder(field: FacetField, values: readonly FacetValue[]): readonly FacetValue[] {
  if (field !== 'verb') return values;
  const light = ({ value }: FacetValue): number => (toneOfVerb(value) === 'plain' ? 1 : 0);
  return values.toSorted((a, b) => light(a) - light(b));
}

function FacetSkeleton() {
  return (
    <div className="facet-skeleton" aria-hidden>
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}
