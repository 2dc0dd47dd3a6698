/** What was tried, step by step, and where it failed. */
import type { Tried } from '../../shared/api/gateway.ts';
import { shownLine } from './shown-line.ts';
import { CONNECTIONS } from '../words/gateway.ts';

export function TriedList({ tried }: { readonly tried: readonly Tried[] }) {
  return (
    <ol className="gateway-tried" role="status" data-testid="tried">
      {tried.map(({ step, ok, words }) => (
        <li key={step}>
          <span className={ok ? 'tone-approved' : 'tone-error'}>{ok ? '✓' : '✕'}</span>
          <b>{CONNECTIONS.steps[step] ?? step}</b> {shownLine(words)}
        </li>
      ))}
    </ol>
  );
}
