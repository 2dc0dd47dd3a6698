/** Why a change was not written; where somebody else changed the file meanwhile, what they changed. */
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../shared/api/error.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { CONFLICT } from '../words/gateway.ts';
import { lineChanges } from './line-changes.ts';
import { readAgain } from './use-gateway.ts';

interface ConflictProps {
  readonly error: Error | null;
  /** The text that was changed. */
  readonly before: string;
  /** The text that is there now; absent: the configuration’s. */
  readonly now?: (signal: AbortSignal) => Promise<string>;
  /** Takes what is there now in its place; absent: the configuration is read again. */
  readonly onTake?: () => void;
}

const settingsNow = async (signal: AbortSignal): Promise<string> =>
  (await api.gatewaySettings({}, { signal })).text;

export function Conflict({ error, before, now = settingsNow, onTake = readAgain }: ConflictProps) {
  if (error === null) return null;
  if (!(error instanceof ApiError) || error.code !== 'CONFLICT')
    return (
      <p className="tone-error" role="alert" data-testid="not-written">
        ✕ {shownLine(error.message)}
      </p>
    );
  return <Differences before={before} now={now} onTake={onTake} />;
}

function Differences({ before, now, onTake }: Required<Omit<ConflictProps, 'error'>>) {
  const { data } = useQuery({
    queryKey: ['text-now', before],
    queryFn: ({ signal }) => now(signal),
    staleTime: 0,
    gcTime: 0,
  });
  const changes = data === undefined ? [] : lineChanges(before, data);
  return (
    <div className="gateway-conflict" role="alert" data-testid="conflict">
      <h3>⚠ {CONFLICT.title}</h3>
      <p>{CONFLICT.means}</p>
      {data !== undefined && changes.length === 0 ? <p>{CONFLICT.same}</p> : null}
      <pre>
        {changes.map(({ sign, line, number }) => (
          <span key={`${sign}${number}`} className={sign === '+' ? 'tone-approved' : 'tone-denied'}>
            {sign} {shownLine(line)}
            {'\n'}
          </span>
        ))}
      </pre>
      <Button onClick={onTake}>{CONFLICT.takeIt}</Button>
    </div>
  );
}
