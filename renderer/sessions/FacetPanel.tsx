/** What the matching sessions have in common, with counts; a click puts a value into the filter or takes it out. */
import { useState } from 'react';
import { FACET_FIELDS, type FacetField, type Facets, type FacetValue } from '../../shared/api/session.ts';
import { DECISIONS } from '../../shared/policy/recorded-decision.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { DecisionMark, MaskedName } from '../ui/decision-marks.tsx';
import { formatCompact } from '../ui/format.ts';
import { Outcome, ProvenanceMark, toneOfVerb, Verb } from '../ui/marks.tsx';
import { useFiltering } from './filtering.ts';
import { HistogramView } from './Histogram.tsx';

const NAMES: Readonly<Record<FacetField, string>> = {
  token: 'Token',
  job: 'CI job',
  table: 'Table',
  verb: 'Verb',
  connection: 'Connection',
  outcome: 'Outcome',
  policy: 'Decisions',
  masked: 'Masked',
};

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

/** Fields that say nothing where no policy was in force. */
const OF_POLICY: ReadonlySet<FacetField> = new Set(['policy', 'masked']);

/** Longest value shown; the rest is in its title. */
const VALUE_LENGTH = 80;

interface FacetPanelProps {
  /** undefined while the first answer is on its way. */
  readonly facets: Facets | undefined;
  /** The answer will not come. */
  readonly failed: boolean;
}

export function FacetPanel({ facets, failed }: FacetPanelProps) {
  const { between } = useFiltering();
  if (failed && facets === undefined) {
    return (
      <aside className="panel panel-side facets" aria-label="Facets">
        <p className="panel-none">The counts could not be loaded.</p>
      </aside>
    );
  }
  return (
    <aside className="panel panel-side facets" aria-label="Facets">
      <div className="facet-time">
        <h2 className="section-title">Started</h2>
        {facets === undefined ? (
          <span className="skeleton facet-skeleton-time" />
        ) : (
          <HistogramView
            histogram={facets.histogram}
            onSpan={({ after, before }) => between(after, before)}
          />
        )}
      </div>
      <div className="panel-scroll">
        {facets?.whole === false ? (
          <p className="panel-none">Not all sessions could be counted in time: there are at least so many.</p>
        ) : null}
        {FACET_FIELDS.map((field) => (
          <FacetGroup key={field} field={field} values={facets?.fields[field]} />
        ))}
      </div>
    </aside>
  );
}

interface FacetGroupProps {
  readonly field: FacetField;
  readonly values: readonly FacetValue[] | undefined;
}

function FacetGroup({ field, values }: FacetGroupProps) {
  const [all, setAll] = useState(false);
  const ordered = field === 'verb' ? values && inOrderOfWeight(values) : values;
  const shown = all ? ordered : ordered?.slice(0, FEW[field]);
  if (OF_POLICY.has(field) && values?.length === 0) return null;
  const more = (values?.length ?? 0) - FEW[field];
  return (
    <section className="facet" aria-label={NAMES[field]}>
      <h2 className="section-title facet-title">{NAMES[field]}</h2>
      {shown === undefined ? <FacetSkeleton /> : null}
      {values?.length === 0 ? <p className="facet-none">none</p> : null}
      <ul>
        {shown?.map((item) => (
          <li key={`${item.value} ${item.provenance ?? ''}`}>
            <FacetButton field={field} item={item} most={values?.[0]?.count ?? 1} />
          </li>
        ))}
      </ul>
      {more > 0 ? (
        <button type="button" className="facet-more" onClick={() => setAll(!all)}>
          {all ? 'fewer' : `${more} more`}
        </button>
      ) : null}
    </section>
  );
}

/** What reads, writes or changes the schema before BEGIN, COMMIT and their like. */
function inOrderOfWeight(values: readonly FacetValue[]): readonly FacetValue[] {
  const light = ({ value }: FacetValue): number => (toneOfVerb(value) === 'plain' ? 1 : 0);
  return values.toSorted((a, b) => light(a) - light(b));
}

interface FacetButtonProps {
  readonly field: FacetField;
  readonly item: FacetValue;
  readonly most: number;
}

function FacetButton({ field, item, most }: FacetButtonProps) {
  const { has, toggle } = useFiltering();
  return (
    <button
      type="button"
      className="facet-value"
      aria-pressed={has(field, item.value)}
      title={visibleLine(item.value, 1000)}
      data-testid={`facet-${field}`}
      data-value={item.value}
      onClick={() => toggle(field, item.value)}
    >
      <span className="facet-bar" style={{ width: `${(item.count / most) * 100}%` }} aria-hidden />
      <span className="facet-label ellipsis">
        <FacetLabel field={field} value={item.value} />
      </span>
      {item.provenance === undefined ? null : <ProvenanceMark provenance={item.provenance} />}
      <span className="facet-count">{formatCompact(item.count)}</span>
    </button>
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
  return ['live', 'completed', 'disconnected', 'refused', 'failed', 'unknown'].includes(value);
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
