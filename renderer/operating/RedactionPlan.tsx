/** What a redaction would take out, and the word that has to be typed before it does. */
import { useState } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatNumberOf } from '../ui/format.ts';
import { OPERATING, REDACTION as WORDS } from '../words/operating.ts';

/** What the host told would go, or went. */
export interface Told {
  readonly payloads: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly sessions: number;
  readonly gone: number;
  readonly elsewhere: readonly string[];
  /** What becomes of it in a remote store. */
  readonly remote: { readonly destroyed: number; readonly left: number; readonly keys: boolean };
}

/** Longest line of a place that keeps the value. */
const MAX_LINE = 120;
/** Such places that are listed. */
const MOST_PLACES = 8;

interface RedactionPlanProps {
  readonly plan: Told;
  readonly busy: boolean;
  /** `takeBack`: all values of the session in a remote store, too. */
  readonly onApply: (takeBack: boolean) => void;
  readonly onCancel: () => void;
}

export function RedactionPlan({ plan, busy, onApply, onCancel }: RedactionPlanProps) {
  const [typed, setTyped] = useState('');
  const [takeBack, setTakeBack] = useState(false);
  const { payloads, kinds, sessions, gone, elsewhere, remote } = plan;
  const ready = typed.trim().toLowerCase() === WORDS.confirmWord && !busy;
  return (
    <section className="redaction-plan" aria-live="polite" data-testid="redaction-plan">
      {payloads === 0 ? (
        <p>{WORDS.nothing}</p>
      ) : (
        <>
          <p>
            <b>{WORDS.wouldGo}</b> {formatNumberOf(payloads, 'value')}{' '}
            {WORDS.ofSessions(formatNumberOf(sessions, 'session'))}
          </p>
          <ul>
            {Object.entries(kinds).map(([kind, count]) => (
              <li key={kind} className="mono">
                {WORDS.payloads(formatCount(count), kind)}
              </li>
            ))}
          </ul>
        </>
      )}
      {gone === 0 ? null : <p className="cell-quiet">{WORDS.goneBefore(formatNumberOf(gone, 'value'))}</p>}
      {elsewhere.length === 0 ? null : (
        <>
          <p className="tone-write">{WORDS.elsewhere(formatNumberOf(elsewhere.length, 'event'))}</p>
          <ul>
            {elsewhere.slice(0, MOST_PLACES).map((place) => (
              <li key={place} className="mono">
                {visibleLine(place, MAX_LINE)}
              </li>
            ))}
          </ul>
        </>
      )}
      {payloads === 0 ? null : <InStore remote={remote} takeBack={takeBack} onTakeBack={setTakeBack} />}
      {payloads === 0 ? null : (
        <label>
          {WORDS.confirmLabel(WORDS.confirmWord)}
          <input
            className="field mono"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              if (ready) onApply(takeBack);
            }}
          />
        </label>
      )}
      <div className="form-end">
        <span className="cell-quiet" role="status">
          {busy ? WORDS.applying : ''}
        </span>
        <Button onClick={onCancel}>{OPERATING.cancel}</Button>
        {payloads === 0 ? null : (
          <Button look="primary" disabled={!ready} onClick={() => onApply(takeBack)}>
            {WORDS.apply}
          </Button>
        )}
      </div>
    </section>
  );
}

interface InStoreProps {
  readonly remote: Told['remote'];
  readonly takeBack: boolean;
  readonly onTakeBack: (takeBack: boolean) => void;
}

/** What becomes of it in a remote store, where all values of a session go or none. */
function InStore({ remote: { destroyed, left, keys }, takeBack, onTakeBack }: InStoreProps) {
  if (destroyed > 0) return <p>{WORDS.storeGone(formatNumberOf(destroyed, 'session'))}</p>;
  if (left === 0) return null;
  return (
    <>
      <p className="tone-write">
        {WORDS.storeLeft(formatNumberOf(left, 'session'))} {keys ? WORDS.storeAlone : WORDS.storeLocked}
      </p>
      {keys ? (
        <label className="choice">
          <input type="checkbox" checked={takeBack} onChange={({ target }) => onTakeBack(target.checked)} />
          {WORDS.takeBack}
        </label>
      ) : null}
    </>
  );
}
