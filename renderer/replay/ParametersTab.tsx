/** The parameters as bound: $n, type, value. */
import { visible } from '../../shared/replay/visible.ts';
import { CellText } from '../ui/CellText.tsx';
import type { Parameter } from '../../shared/replay/parameters.ts';
import type { StatementDetail } from './statement-detail.ts';

export function ParametersTab({ detail }: { readonly detail: StatementDetail | null }) {
  if (detail === null) return <p className="panel-none">No statement yet.</p>;
  if (detail.parameters === null)
    return <p className="panel-none">The parameters are redacted, or not readable (see Raw).</p>;
  if (detail.parameters.length === 0) return <p className="panel-none">This statement has no parameters.</p>;
  return (
    <div className="tab-scroll">
      <table className="parameters">
        <thead>
          <tr>
            <th scope="col">$</th>
            <th scope="col">Type</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {named(detail.parameters).map(({ name, parameter }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td className="mono cell-quiet">{visible(parameter.type)}</td>
              <td className="mono parameter-value">
                <CellText value={parameter.text} whole />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** $1, $2, … as the statement calls them. */
function named(parameters: readonly Parameter[]): { name: string; parameter: Parameter }[] {
  return parameters.map((parameter, index) => ({ name: `$${index + 1}`, parameter }));
}
