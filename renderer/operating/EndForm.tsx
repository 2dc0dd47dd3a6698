/** Ends a live session, with a reason that stays in the record. */
import { useState } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { api } from '../api.ts';
import { useInbox } from '../inbox.ts';
import { Button } from '../ui/Button.tsx';
import { ENDING, OPERATING } from '../words/operating.ts';
import { failureOf, type Failure } from './failure.ts';
import { FailureLine, GatewayNeeded } from './GatewayNeeded.tsx';

/** What the API takes of a reason. */
const REASON_LENGTH = 1_000;

interface EndFormProps {
  readonly session: SessionId;
  readonly onDone: () => void;
}

export function EndForm({ session, onDone }: EndFormProps) {
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const person = useInbox()?.person ?? null;
  const ready = reason.trim() !== '' && !sending;
  const end = async (): Promise<void> => {
    if (!ready) return;
    setSending(true);
    setFailure(null);
    try {
      await api.endSession({ id: session, reason: reason.trim() });
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
      setSending(false);
    }
  };
  return (
    <form
      className="form"
      data-testid="end-form"
      onSubmit={(event) => {
        event.preventDefault();
        void end();
      }}
    >
      <p>{ENDING.means}</p>
      <GatewayNeeded command={ENDING.byCommand(session)}>
        <label>
          {OPERATING.reason}
          <input
            className="field"
            value={reason}
            maxLength={REASON_LENGTH}
            placeholder={ENDING.reasonHint}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
        <FailureLine failure={failure} />
        <div className="form-end">
          <span className="cell-quiet" role="status">
            {sending ? ENDING.sending : person === null ? '' : ENDING.as(person.name ?? person.subject)}
          </span>
          <Button onClick={onDone}>{OPERATING.cancel}</Button>
          <Button look="primary" disabled={!ready} onClick={() => void end()}>
            {ENDING.confirm}
          </Button>
        </div>
      </GatewayNeeded>
    </form>
  );
}
