/** Takes something out of the record: first what would go, then, once it was typed out, for good. */
import { useId, useState } from 'react';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { formatNumberOf } from '../ui/format.ts';
import { OPERATING, REDACTION as WORDS } from '../words/operating.ts';
import type { RedactionTarget } from '../asking.ts';
import { failureOf, type Failure } from './failure.ts';
import { FailureLine, GatewayNeeded } from './GatewayNeeded.tsx';
import { RedactionPlan, type Told } from './RedactionPlan.tsx';
import { forgetShown } from './redacted.ts';
import { askedOf, isComplete, scopesOf, wordsOf, type Filled } from './scopes.ts';

const REASON_LENGTH = 1_000;
const VALUE_LENGTH = 8_000;

interface RedactFormProps {
  readonly target: RedactionTarget;
  readonly onDone: () => void;
}

export function RedactForm({ target, onDone }: RedactFormProps) {
  const scopes = scopesOf(target);
  const name = useId();
  const [filled, setFilled] = useState<Filled>({
    scope: target.value === null ? (scopes[0] ?? 'whole') : 'value',
    value: target.value ?? '',
    keepRest: true,
    reason: '',
  });
  const [plan, setPlan] = useState<Told | null>(null);
  const [done, setDone] = useState<Told | null>(null);
  const [busy, setBusy] = useState<'looking' | 'applying' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const change = (changed: Partial<Filled>): void => {
    setFilled({ ...filled, ...changed });
    setPlan(null);
    setFailure(null);
  };
  const ask = async (apply: boolean, takeBack = false): Promise<void> => {
    if (busy !== null || !isComplete(filled)) return;
    setBusy(apply ? 'applying' : 'looking');
    setFailure(null);
    try {
      const told = await api.redact({
        ...askedOf(target, filled, apply),
        ...(takeBack && { remote: 'destroy' }),
      });
      if (apply) {
        forgetShown();
        setDone(told);
      } else setPlan(told);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(null);
    }
  };
  if (done !== null) return <Done payloads={done.payloads} onDone={onDone} />;
  return (
    <form
      className="form"
      data-testid="redact-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (plan === null) void ask(false);
      }}
    >
      <p>{WORDS.means}</p>
      <GatewayNeeded command={WORDS.byCommand(target.session)}>
        <fieldset className="choices">
          <legend>{WORDS.what}</legend>
          {scopes.map((scope) => (
            <label key={scope} className="choice">
              <input
                type="radio"
                name={name}
                checked={filled.scope === scope}
                onChange={() => change({ scope })}
              />
              {wordsOf(scope, target)}
            </label>
          ))}
        </fieldset>
        {filled.scope === 'value' ? (
          <>
            <label>
              {WORDS.valueLabel}
              <input
                className="field mono"
                autoComplete="off"
                spellCheck={false}
                value={filled.value}
                maxLength={VALUE_LENGTH}
                placeholder={WORDS.valueHint}
                onChange={(event) => change({ value: event.target.value })}
              />
            </label>
            <label className="choice">
              <input
                type="checkbox"
                checked={filled.keepRest}
                onChange={(event) => change({ keepRest: event.target.checked })}
              />
              {WORDS.keepRest}
            </label>
          </>
        ) : null}
        <label>
          {OPERATING.reason}
          <input
            className="field"
            value={filled.reason}
            maxLength={REASON_LENGTH}
            placeholder={WORDS.reasonHint}
            onChange={(event) => change({ reason: event.target.value })}
          />
        </label>
        {plan === null ? (
          <div className="form-end">
            <span className="cell-quiet" role="status">
              {busy === 'looking' ? WORDS.looking : ''}
            </span>
            <Button onClick={onDone}>{OPERATING.cancel}</Button>
            <Button
              look="primary"
              disabled={busy !== null || !isComplete(filled)}
              onClick={() => void ask(false)}
            >
              {WORDS.look}
            </Button>
          </div>
        ) : (
          <RedactionPlan
            plan={plan}
            busy={busy === 'applying'}
            onApply={(takeBack) => void ask(true, takeBack)}
            onCancel={onDone}
          />
        )}
        <FailureLine failure={failure} />
      </GatewayNeeded>
    </form>
  );
}

function Done({ payloads, onDone }: { readonly payloads: number; readonly onDone: () => void }) {
  return (
    <div className="form">
      <p role="status">✔ {WORDS.done(formatNumberOf(payloads, 'value'))}</p>
      <div className="form-end">
        <Button look="primary" onClick={onDone}>
          {WORDS.close}
        </Button>
      </div>
    </div>
  );
}
