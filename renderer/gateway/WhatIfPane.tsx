/** What the policy in the editor would have decided on what the open archive recorded. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { TrialNews } from '../../shared/api/routes.ts';
import type { WhatIf } from '../../shared/api/gateway-policy.ts';
import { SessionId } from '../../shared/api/session.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { goTo } from '../router.ts';
import { useNothingOpen } from '../start-points.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatNumberOf, formatShortTime } from '../ui/format.ts';
import { POLICY_WORDS } from '../words/gateway-policy.ts';

/** Of a text, in a line. */
const SHOWN = 160;

export function WhatIfPane({ text, sound }: { readonly text: string; readonly sound: boolean }) {
  const [filter, setFilter] = useState('');
  const [job, setJob] = useState('');
  const stop = useRef<AbortController | null>(null);
  const nothing = useNothingOpen();
  const trial = useMutation({
    mutationFn: (name: string) => {
      stop.current = new AbortController();
      return api.whatIf({ text, filter, job: name }, { signal: stop.current.signal });
    },
  });
  const run = (): void => {
    const name = crypto.randomUUID();
    setJob(name);
    trial.mutate(name);
  };
  const stopped = trial.error?.name === 'AbortError';
  if (nothing) return null;
  return (
    <section className="policy-pane" aria-label={POLICY_WORDS.whatIf} data-testid="what-if">
      <h2 className="gateway-title">{POLICY_WORDS.whatIf}</h2>
      <p className="cell-quiet">{POLICY_WORDS.whatIfMeans}</p>
      <div className="gateway-line">
        <input
          className="gateway-input fill"
          aria-label={POLICY_WORDS.filter}
          placeholder={POLICY_WORDS.filter}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        {trial.isPending ? (
          <Button onClick={() => stop.current?.abort()}>{POLICY_WORDS.stop}</Button>
        ) : (
          <Button disabled={!sound} onClick={run}>
            {POLICY_WORDS.run}
          </Button>
        )}
      </div>
      {trial.isPending ? <Progress job={job} /> : null}
      {trial.error === null ? null : (
        <p className={stopped ? 'cell-quiet' : 'tone-error'} role="alert">
          {stopped ? POLICY_WORDS.stopped : `✕ ${shownLine(trial.error.message)}`}
        </p>
      )}
      {trial.data === undefined || trial.isPending ? null : <Outcome outcome={trial.data} />}
    </section>
  );
}

function Progress({ job }: { readonly job: string }) {
  // Only the live stream tells it.
  const { data } = useQuery<TrialNews>({ queryKey: ['trial', job], enabled: false, gcTime: 0 });
  const { texts = 0, differing = 0 } = data ?? {};
  return (
    <p className="cell-quiet" role="status">
      {POLICY_WORDS.running(formatCount(texts), formatCount(differing))}
    </p>
  );
}

function Outcome({ outcome }: { readonly outcome: WhatIf }) {
  const { texts, differing, rules, items } = outcome;
  return (
    <div data-testid="what-if-outcome">
      <p role="status">{POLICY_WORDS.outcome(formatCount(differing), formatNumberOf(texts, 'statement'))}</p>
      {rules.length === 0 ? null : (
        <table className="gateway-table">
          <thead>
            <tr>
              <th scope="col">{POLICY_WORDS.columns.change}</th>
              <th scope="col">{POLICY_WORDS.columns.rule}</th>
              <th scope="col" className="number">
                {POLICY_WORDS.columns.count}
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ rule, change, count }) => (
              <tr key={`${change} ${rule}`}>
                <td>{change}</td>
                <td>{shownLine(rule)}</td>
                <td className="number">{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className="policy-differences">
        {items.map((item) => (
          <Difference key={`${item.session}/${item.sequence}`} item={item} />
        ))}
      </ul>
    </div>
  );
}

function Difference({ item }: { readonly item: WhatIf['items'][number] }) {
  const { session, sequence, time, agent, text, before, after, rule } = item;
  const known = SessionId.safeParse(session);
  const line = shownLine(text, SHOWN);
  return (
    <li title={shownLine(rule)}>
      <span className="cell-quiet">
        {formatShortTime(time)} {shownLine(agent)}
      </span>{' '}
      {before} → <b>{after}</b>{' '}
      {known.success ? (
        <button
          type="button"
          className="value-button"
          onClick={() => goTo({ name: 'session', id: known.data, step: sequence, tab: 'decision' })}
        >
          <code>{line}</code>
        </button>
      ) : (
        <code>{line}</code>
      )}
    </li>
  );
}
