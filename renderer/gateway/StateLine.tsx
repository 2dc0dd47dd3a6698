/** How the gateway is, in a glyph and words, and what can be done about it. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CircleAlert, CircleCheck, CircleDashed, CircleDot, CircleStop, Hourglass } from 'lucide-react';
import type { GatewayState, GatewayStatus } from '../../shared/api/gateway-status.ts';
import { api, queries } from '../api.ts';
import { useDenied } from '../me.ts';
import { Button } from '../ui/Button.tsx';
import { STATES, STATUS } from '../words/gateway.ts';
import { TakenLine } from './TakenLine.tsx';

const LOOKS: Readonly<Record<GatewayState, readonly [typeof CircleDot, string]>> = {
  none: [CircleDashed, 'tone-unknown'],
  stopped: [CircleStop, 'tone-unknown'],
  starting: [Hourglass, 'tone-plain'],
  ready: [CircleCheck, 'tone-approved'],
  'not-ready': [CircleAlert, 'tone-error'],
  draining: [Hourglass, 'tone-write'],
  waiting: [CircleAlert, 'tone-error'],
  refused: [CircleDot, 'tone-write'],
};

export function StateLine({ status }: { readonly status: GatewayStatus }) {
  const { state, process } = status;
  const [Glyph, tone] = LOOKS[state];
  const run = useMutation({
    mutationFn: (wanted: boolean) => api.runGateway({ run: wanted }),
    onSuccess: (now) => queries.setQueryData(['gateway', 'status'], now),
  });
  const reload = useMutation({ mutationFn: () => api.reloadGateway() });
  const runs = state === 'ready' || state === 'not-ready' || state === 'refused';
  const denied = useDenied('gateway:operate');
  const failure = run.error ?? reload.error;
  return (
    <div className="gateway-state">
      {failure === null ? null : (
        <span className="tone-error" role="alert">
          ✕ {failure.message}
        </span>
      )}
      {reload.data === undefined ? null : <TakenLine taken={reload.data} />}
      <span className={`mark ${tone}`} title={STATES[state].means} role="status" data-testid="gateway-state">
        <Glyph size={14} aria-hidden />
        {STATES[state].word}
        {process.again === null ? null : <Again at={process.again} />}
      </span>
      {denied === null ? null : <span className="cell-quiet">{denied}</span>}
      {runs && denied === null ? (
        <Button disabled={reload.isPending} onClick={() => reload.mutate()}>
          {STATUS.reload}
        </Button>
      ) : null}
      {denied !== null ? null : process.ours ? (
        <Button disabled={run.isPending} onClick={() => run.mutate(false)}>
          {STATUS.stop}
        </Button>
      ) : process.mayRun && state === 'stopped' ? (
        <Button look="primary" disabled={run.isPending} onClick={() => run.mutate(true)}>
          {STATUS.start}
        </Button>
      ) : null}
    </div>
  );
}

function Again({ at }: { readonly at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <> · {STATUS.again(Math.max(0, Math.ceil((at - now) / 1000)))}</>;
}
