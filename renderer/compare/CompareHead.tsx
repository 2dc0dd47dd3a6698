/** The two sessions, line under line: who, when, how much; and the tables that only one of them touched. */
import { ArrowDownUp, ArrowLeft } from 'lucide-react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Comparison } from '../../shared/compare/compare.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { goBack, goTo, HOME } from '../router.ts';
import { IconButton } from '../ui/Button.tsx';
import { formatCount, formatDateTime, formatDuration } from '../ui/format.ts';
import { Outcome, ProvenanceMark } from '../ui/marks.tsx';
import { COMPARE } from '../words/compare.ts';

/** Longest name shown. */
const NAME_LENGTH = 80;

interface CompareHeadProps {
  readonly a: SessionRow;
  readonly b: SessionRow;
  readonly comparison: Comparison | null;
  readonly onSwap: () => void;
}

/** A number of each session, and how it is written; null is not known. */
const TOTALS: readonly {
  readonly name: string;
  readonly of: (session: SessionRow) => number | null;
  readonly write: (value: number) => string;
}[] = [
  { name: COMPARE.facts.statements, of: ({ statements }) => statements, write: formatCount },
  { name: COMPARE.facts.rows, of: ({ rows }) => rows, write: formatCount },
  { name: COMPARE.facts.errors, of: ({ errors }) => errors, write: formatCount },
  { name: COMPARE.facts.denied, of: ({ denied }) => denied, write: formatCount },
  { name: COMPARE.facts.held, of: ({ held }) => held, write: formatCount },
  { name: COMPARE.facts.masking, of: ({ masked }) => masked, write: formatCount },
  {
    name: COMPARE.facts.duration,
    of: ({ started, ended }) => (ended === null ? null : ended - started),
    write: formatDuration,
  },
];

export function CompareHead({ a, b, comparison, onSwap }: CompareHeadProps) {
  return (
    <header className="compare-head">
      <div className="compare-bar">
        <IconButton
          name={COMPARE.back}
          shortcut="Esc"
          icon={<ArrowLeft size={16} aria-hidden />}
          onClick={() => goBack(HOME)}
        />
        <h1 className="compare-title">{COMPARE.title}</h1>
        <span className="fill" />
        <IconButton
          name={COMPARE.swap}
          shortcut="x"
          icon={<ArrowDownUp size={16} aria-hidden />}
          onClick={onSwap}
        />
      </div>
      <table className="compare-totals">
        <thead>
          <tr>
            <th aria-label={COMPARE.columns.kind} />
            <th scope="col">{COMPARE.facts.agent}</th>
            <th scope="col">{COMPARE.facts.job}</th>
            <th scope="col">{COMPARE.facts.started}</th>
            {TOTALS.map(({ name }) => (
              <th key={name} scope="col" className="compare-number">
                {name}
              </th>
            ))}
            <th scope="col">{COMPARE.facts.outcome}</th>
          </tr>
        </thead>
        <tbody>
          <Line side={COMPARE.a} session={a} other={b} />
          <Line side={COMPARE.b} session={b} other={a} />
        </tbody>
      </table>
      <p className="compare-tables">
        <Tables side={COMPARE.a} session={a} tables={comparison?.onlyA ?? []} />
        <Tables side={COMPARE.b} session={b} tables={comparison?.onlyB ?? []} />
      </p>
      {a.outcome === 'live' || b.outcome === 'live' ? (
        <p className="tone-live compare-live">{COMPARE.live}</p>
      ) : null}
    </header>
  );
}

interface LineProps {
  readonly side: string;
  readonly session: SessionRow;
  readonly other: SessionRow;
}

function Line({ side, session, other }: LineProps) {
  const { identity, user, ci, started, outcome } = session;
  return (
    <tr>
      <th scope="row" className="compare-side">
        {side}
      </th>
      <td>{visibleLine(identity?.subject ?? `~ ${user}`, NAME_LENGTH)}</td>
      <td>
        {ci === null ? (
          <span className="cell-quiet">–</span>
        ) : (
          <>
            {visibleLine(`${ci.provider}/${ci.run}/${ci.job}`, NAME_LENGTH)}{' '}
            <ProvenanceMark provenance={ci.provenance} />
          </>
        )}
      </td>
      <td>{formatDateTime(started)}</td>
      {TOTALS.map(({ name, of, write }) => {
        const value = of(session);
        return (
          <td key={name} className={value === of(other) ? 'compare-number' : 'compare-number compare-other'}>
            {value === null ? '–' : write(value)}
          </td>
        );
      })}
      <td>
        <Outcome outcome={outcome} />
      </td>
    </tr>
  );
}

interface TablesProps {
  readonly side: string;
  readonly session: SessionRow;
  readonly tables: readonly string[];
}

/** Tables that only this session touched; each leads to its statements. */
function Tables({ side, session, tables }: TablesProps) {
  return (
    <span>
      <span className="cell-quiet">{COMPARE.onlyIn(side)} </span>
      {tables.length === 0 ? COMPARE.none : null}
      {tables.map((table) => (
        <button
          key={table}
          type="button"
          className="value-button compare-table"
          title={COMPARE.showStatements(table)}
          onClick={() => goTo({ name: 'statements', filter: statementsOn(session, table) })}
        >
          {visibleLine(table, NAME_LENGTH)}
        </button>
      ))}
    </span>
  );
}

function statementsOn({ id }: SessionRow, table: string): string {
  return `session:${id} ${printTerm({ field: 'table', comparison: ':', value: table })}`;
}
