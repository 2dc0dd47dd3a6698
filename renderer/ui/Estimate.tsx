/** What the server expects of a statement: its EXPLAIN, as a person reads it. */
import { readPlan, rowsTold } from '../../shared/approvals/plan.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatCount } from './format.ts';
import { FACTS } from '../words/values.ts';

const { plan: PLAN } = FACTS;

/** Longest condition of a node shown. */
const DETAIL_LENGTH = 200;

interface EstimateProps {
  /** EXPLAIN in JSON; null: the server was not asked, or could not say. */
  readonly json: string | null;
}

export function Estimate({ json }: EstimateProps) {
  if (json === null) return <span className="cell-quiet">{PLAN.notAsked}</span>;
  const nodes = readPlan(json);
  if (nodes === null) return <span className="tone-unknown">{PLAN.unreadable}</span>;
  return (
    <table className="plan" data-testid="plan">
      <thead>
        <tr>
          <th scope="col">{PLAN.plan}</th>
          <th scope="col">{PLAN.rows}</th>
          <th scope="col">{PLAN.cost}</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a plan never changes, and its nodes have no names
          <tr key={index}>
            <td style={{ paddingLeft: node.depth * 16 }}>
              {node.depth === 0 ? null : <span className="cell-quiet">└ </span>}
              {visibleLine(node.title, DETAIL_LENGTH)}
              {node.details.map((detail) => (
                <p key={detail} className="plan-detail mono">
                  {visibleLine(detail, DETAIL_LENGTH)}
                </p>
              ))}
            </td>
            <td className="plan-number">{rowsTold(node)}</td>
            <td className="plan-number">{node.cost === null ? '–' : formatCount(node.cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
