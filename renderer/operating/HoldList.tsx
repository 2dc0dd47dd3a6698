/** Legal holds that hold, each with a way to lift it; and how many were lifted. */
import { Lock } from 'lucide-react';
import { useState } from 'react';
import type { LegalHold } from '../../shared/api/holds.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { formatNumberOf } from '../ui/format.ts';
import { HOLDS } from '../words/holds.ts';
import { OPERATING } from '../words/operating.ts';
import { failureOf, type Failure } from './failure.ts';
import { FailureLine } from './GatewayNeeded.tsx';
import { askHoldsAgain, useHolds } from './use-holds.ts';

/** Longest filter, name and reason that is shown. */
const LENGTH = 400;

const REASON_LENGTH = 1_000;

export function HoldList({ mayLift }: { readonly mayLift: boolean }) {
  const { data, error } = useHolds();
  if (error !== null) return <FailureLine failure={failureOf(error)} />;
  const active = data?.holds.filter(({ lifted }) => lifted === null) ?? [];
  const lifted = (data?.holds.length ?? 0) - active.length;
  return (
    <section className="hold-list" aria-label={HOLDS.active}>
      <h3 className="hold-title">
        {HOLDS.active}
        {lifted === 0 ? null : (
          <span className="cell-quiet"> · {HOLDS.lifted(formatNumberOf(lifted, 'hold'))}</span>
        )}
      </h3>
      {data === undefined ? (
        <p className="cell-quiet">{HOLDS.loading}</p>
      ) : active.length === 0 ? (
        <p className="cell-quiet">{HOLDS.none}</p>
      ) : (
        <ul>
          {active.map((hold) => (
            <Held key={hold.id} hold={hold} mayLift={mayLift} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Held({ hold, mayLift }: { readonly hold: LegalHold; readonly mayLift: boolean }) {
  const [lifting, setLifting] = useState(false);
  const filter = hold.filter === '' ? HOLDS.everything : visibleLine(hold.filter, LENGTH);
  const { by, time, reason } = hold;
  return (
    <li className="hold-item">
      <div className="hold-line">
        <Lock size={14} aria-hidden />
        <code className="hold-filter">{filter}</code>
        {mayLift && !lifting ? <Button onClick={() => setLifting(true)}>{HOLDS.lift}</Button> : null}
      </div>
      <p className="cell-quiet">
        {visibleLine(reason, LENGTH)} · {HOLDS.by(visibleLine(by, LENGTH), shortTime(time))}
      </p>
      {lifting ? <Lifting hold={hold} onDone={() => setLifting(false)} /> : null}
    </li>
  );
}

function Lifting({ hold, onDone }: { readonly hold: LegalHold; readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const ready = reason.trim() !== '' && !sending;
  const lift = async (): Promise<void> => {
    if (!ready) return;
    setSending(true);
    try {
      await api.liftHold({ id: hold.id, reason: reason.trim() });
      await askHoldsAgain();
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
      setSending(false);
    }
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void lift();
      }}
    >
      <label>
        {HOLDS.liftReason}
        <input
          className="field"
          autoFocus
          value={reason}
          maxLength={REASON_LENGTH}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <FailureLine failure={failure} />
      <div className="form-end">
        <span className="cell-quiet" role="status">
          {sending ? HOLDS.lifting : ''}
        </span>
        <Button onClick={onDone}>{OPERATING.cancel}</Button>
        <Button look="primary" disabled={!ready} onClick={() => void lift()}>
          {HOLDS.confirmLift}
        </Button>
      </div>
    </form>
  );
}

/** As the gateway wrote it, to the minute. */
function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
