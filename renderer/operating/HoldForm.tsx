/** Places a legal hold on a session, on what is around it, or on what a filter matches; and lists those that hold. */
import { useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useInbox } from '../inbox.ts';
import { useDenied } from '../me.ts';
import { Button } from '../ui/Button.tsx';
import { HOLDS } from '../words/holds.ts';
import { OPERATING } from '../words/operating.ts';
import { failureOf, type Failure } from './failure.ts';
import { FailureLine, GatewayNeeded } from './GatewayNeeded.tsx';
import { holdFilter, type HoldChoice, type HoldScope } from './hold-scope.ts';
import { HoldList } from './HoldList.tsx';
import { askHoldsAgain } from './use-holds.ts';

/** What the API takes of a reason. */
const REASON_LENGTH = 1_000;

/** Longest name of a connection that is shown. */
const NAME_LENGTH = 60;

interface HoldFormProps {
  /** Null: none in particular. */
  readonly session: SessionRow | null;
  readonly onDone: () => void;
}

export function HoldForm({ session, onDone }: HoldFormProps) {
  const denied = useDenied('gateway:hold');
  return (
    <div className="form" data-testid="hold-form">
      <p>{HOLDS.means}</p>
      <GatewayNeeded command={HOLDS.byCommand(session?.id ?? 'ID')}>
        {denied === null ? <Placing session={session} onDone={onDone} /> : null}
        <HoldList mayLift={denied === null} />
      </GatewayNeeded>
    </div>
  );
}

function Placing({ session, onDone }: HoldFormProps) {
  const [choice, setChoice] = useState<HoldChoice>({
    scope: session === null ? 'filter' : 'session',
    from: '',
    to: '',
    filter: '',
  });
  const [reason, setReason] = useState('');
  const [state, setState] = useState<'asked' | 'sending' | 'placed'>('asked');
  const [failure, setFailure] = useState<Failure | null>(null);
  const person = useInbox()?.person ?? null;
  const filter = holdFilter(choice, session);
  const ready = filter !== null && reason.trim() !== '' && state !== 'sending';
  const change = (part: Partial<HoldChoice>) => setChoice({ ...choice, ...part });
  const place = async (): Promise<void> => {
    if (!ready) return;
    setState('sending');
    setFailure(null);
    try {
      await api.placeHold({ filter, reason: reason.trim() });
      setState('placed');
      setReason('');
      await askHoldsAgain();
    } catch (error) {
      setFailure(failureOf(error));
      setState('asked');
    }
  };
  const told = state === 'sending' ? HOLDS.placing : state === 'placed' ? HOLDS.placed : null;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void place();
      }}
    >
      <Scopes session={session} choice={choice} onChange={change} />
      <label>
        {OPERATING.reason}
        <input
          className="field"
          value={reason}
          maxLength={REASON_LENGTH}
          placeholder={HOLDS.reasonHint}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <FailureLine failure={failure} />
      <div className="form-end">
        <span className="cell-quiet" role="status">
          {told ?? (person === null ? '' : HOLDS.as(person.name ?? person.subject))}
        </span>
        <Button onClick={onDone}>{HOLDS.close}</Button>
        <Button look="primary" disabled={!ready} onClick={() => void place()}>
          {HOLDS.place}
        </Button>
      </div>
    </form>
  );
}

interface ScopesProps {
  readonly session: SessionRow | null;
  readonly choice: HoldChoice;
  readonly onChange: (part: Partial<HoldChoice>) => void;
}

function Scopes({ session, choice, onChange }: ScopesProps) {
  const connection = visibleLine(session?.connection ?? '', NAME_LENGTH);
  const scopes: readonly (readonly [HoldScope, string])[] =
    session === null
      ? []
      : [
          ['session', HOLDS.session],
          ['connection', HOLDS.connection(connection)],
          ['time', HOLDS.time(connection)],
          ['filter', HOLDS.filter],
        ];
  return (
    <>
      {scopes.length === 0 ? null : (
        <fieldset className="choices">
          <legend>{HOLDS.what}</legend>
          {scopes.map(([scope, name]) => (
            <label key={scope} className="choice">
              <input
                type="radio"
                name="hold-scope"
                checked={choice.scope === scope}
                onChange={() => onChange({ scope })}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      {choice.scope === 'time' ? (
        <div className="hold-times">
          {(['from', 'to'] as const).map((end) => (
            <label key={end}>
              {HOLDS[end]}
              <input
                className="field"
                type="datetime-local"
                value={choice[end]}
                onChange={({ target }) => onChange({ [end]: target.value })}
              />
            </label>
          ))}
        </div>
      ) : null}
      {choice.scope === 'filter' ? (
        <label>
          {HOLDS.filterLabel}
          <input
            className="field mono"
            value={choice.filter}
            placeholder={HOLDS.filterHint}
            spellCheck={false}
            onChange={({ target }) => onChange({ filter: target.value })}
          />
        </label>
      ) : null}
    </>
  );
}
