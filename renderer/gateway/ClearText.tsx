/** A password that would stand in the file in clear: only where somebody insists. */
import { CONNECTIONS } from '../words/gateway.ts';

interface ClearTextProps {
  readonly sure: boolean;
  readonly onSure: (sure: boolean) => void;
}

export function ClearText({ sure, onSure }: ClearTextProps) {
  return (
    <div className="gateway-wide tone-write">
      <p>⚠ {CONNECTIONS.clear}</p>
      <label className="gateway-check">
        <input type="checkbox" checked={sure} onChange={({ target }) => onSure(target.checked)} />
        {CONNECTIONS.clearSure}
      </label>
    </div>
  );
}
