/** What the agent of a request did before: its latest statements and what policy said of them, from the archive. */
import { useQuery } from '@tanstack/react-query';
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import type { StatementRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useNews } from '../live.ts';
import { goTo } from '../router.ts';
import { DecisionMark } from '../ui/decision-marks.tsx';
import { formatShortTime } from '../ui/format.ts';
import { Status, Verb } from '../ui/marks.tsx';
import { APPROVALS } from '../words/approvals.ts';

const { history: WORDS } = APPROVALS;

/** Statements shown of each kind. */
const SHOWN = 6;

/** Characters of a statement on its line. */
const LINE_LENGTH = 200;

export function AgentHistory({ row }: { readonly row: ApprovalRow }) {
  const agent = printTerm({ field: 'sub', comparison: '=', value: row.asker.subject });
  return (
    <section className="request-section" aria-label={WORDS.name}>
      <h3 className="section-title">{WORDS.held}</h3>
      <Statements row={row} filter={`${agent} policy:held`} none={WORDS.noneHeld} />
      <h3 className="section-title request-further">{WORDS.latest}</h3>
      <Statements row={row} filter={agent} none={WORDS.none} />
    </section>
  );
}

interface StatementsProps {
  readonly row: ApprovalRow;
  readonly filter: string;
  readonly none: string;
}

function Statements({ row, filter, none }: StatementsProps) {
  const query = useQuery({
    queryKey: ['history', filter],
    queryFn: ({ signal }) => api.statements({ filter, limit: SHOWN + 1 }, { signal }),
  });
  useNews(() => void query.refetch());
  if (query.isError) return <p className="tone-unknown">? {WORDS.unreadable(query.error.message)}</p>;
  if (query.data === undefined) return <span className="skeleton" />;
  const others = query.data.items
    .filter(({ session, statement }) => session !== row.session || statement !== row.statement)
    .slice(0, SHOWN);
  if (others.length === 0) return <p className="cell-quiet">{none}</p>;
  return (
    <>
      <ul className="history" data-testid="history">
        {others.map((statement) => (
          <li key={`${statement.session} ${statement.statement} ${statement.ordinal}`}>
            <Line statement={statement} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="value-button request-more"
        onClick={() => goTo({ name: 'statements', filter })}
      >
        {WORDS.all}
      </button>
    </>
  );
}

function Line({ statement }: { readonly statement: StatementRow }) {
  const { session, sequence, outcomeSequence, decision, rules } = statement;
  return (
    <button
      type="button"
      className="history-line"
      onClick={() =>
        goTo({ name: 'session', id: session, step: outcomeSequence ?? sequence, tab: 'decision' })
      }
    >
      <time className="cell-quiet">{formatShortTime(statement.time)}</time>
      <Verb verb={statement.verb} />
      <code className="ellipsis">{visibleLine(statement.text, LINE_LENGTH)}</code>
      {decision === null || decision === 'allowed' ? (
        <Status {...statement} />
      ) : (
        <DecisionMark decision={decision} rules={rules} short />
      )}
    </button>
  );
}
