/** What the matching sessions have in common, with counts, and when they were: every value chooses, excludes, or stands alone. */
import { memo } from 'react';
import { FACET_FIELDS, type FacetField, type Facets } from '../../shared/api/session.ts';
import { SideEdge } from '../ui/SideEdge.tsx';
import { FACETS } from '../words/facets.ts';
import { FacetGroup } from './FacetGroup.tsx';
import { HistogramView } from './Histogram.tsx';
import { useFiltering } from './filtering.ts';

/** Fields that say nothing where no policy was in force. */
const OF_POLICY: ReadonlySet<FacetField> = new Set(['policy', 'masked']);

interface FacetPanelProps {
  /** undefined while the first answer is on its way. */
  readonly facets: Facets | undefined;
  /** The answer will not come. */
  readonly failed: boolean;
  readonly filter: string;
  /** What the list beside it holds. */
  readonly of: 'session' | 'statement';
  /** Fields that are folded up. */
  readonly folded: readonly string[];
  readonly onFold: (folded: readonly string[]) => void;
}

function Panel({ facets, failed, filter, of, folded, onFold }: FacetPanelProps) {
  const { between } = useFiltering();
  return (
    <aside className="panel panel-side facets" aria-label={FACETS.panel}>
      {failed && facets === undefined ? (
        <p className="panel-none">{FACETS.notLoaded}</p>
      ) : (
        <>
          <div className="facet-time">
            <HistogramView
              histogram={facets?.histogram}
              filter={filter}
              onSpan={({ after, before }) => between(after, before)}
            />
          </div>
          <div className="panel-scroll">
            {of === 'statement' ? <p className="facet-note">{FACETS.countsSessions}</p> : null}
            {facets?.whole === false ? <p className="facet-note">{FACETS.notWhole}</p> : null}
            {FACET_FIELDS.map((field) =>
              OF_POLICY.has(field) && facets?.fields[field].length === 0 ? null : (
                <FacetGroup
                  key={field}
                  field={field}
                  values={facets?.fields[field]}
                  filter={filter}
                  of={of}
                  isFolded={folded.includes(field)}
                  onFold={() =>
                    onFold(
                      folded.includes(field) ? folded.filter((one) => one !== field) : [...folded, field],
                    )
                  }
                />
              ),
            )}
          </div>
        </>
      )}
      <SideEdge name={FACETS.width} kept="facets" variable="--facets" least={140} most={520} usual={220} />
    </aside>
  );
}

// A row that is selected beside it changes nothing here.
export const FacetPanel = memo(
  Panel,
  (a, b) =>
    a.facets === b.facets &&
    a.failed === b.failed &&
    a.filter === b.filter &&
    a.folded.join(',') === b.folded.join(','),
);
