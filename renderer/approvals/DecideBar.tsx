/** Approving and rejecting: a reason, two buttons, and what went wrong right where it did. */
import { Check, Unplug, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ApprovalRow, Person } from '../../shared/api/approvals.ts';
import { ApiError } from '../../shared/api/error.ts';
import type { Verdict } from '../../shared/approvals/request.ts';
import { api } from '../api.ts';
import { useCommands } from '../commands.ts';
import { takeDecided } from '../inbox.ts';
import { useDenied } from '../me.ts';
import { Button, Tip } from '../ui/Button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { APPROVALS, REQUEST } from '../words/approvals.ts';
import { FLEET } from '../words/fleet.ts';
import { SignInButton } from '../SignInButton.tsx';

const { decide: WORDS } = REQUEST;

interface DecideBarProps {
  readonly row: ApprovalRow;
  readonly person: Person | null;
  readonly signIn: boolean;
  /** Others wait: they stand above in the list. */
  readonly othersWait: boolean;
}

interface Failure {
  readonly message: string;
  /** Nobody is signed in, or is not believed. */
  readonly unknownPerson: boolean;
}

export function DecideBar({ row, person, signIn, othersWait }: DecideBarProps) {
  const field = useRef<HTMLInputElement>(null);
  const [verdict, setVerdict] = useState<Verdict>('approve');
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [askedTooLate, setAskedTooLate] = useState(false);
  const pending = row.state === 'pending';
  const here = pending && (row.gateway?.away ?? null) === null;
  const denied = useDenied('approvals:decide');

  const choose = (chosen: Verdict): void => {
    setVerdict(chosen);
    setFailure(null);
    field.current?.focus();
  };
  const send = async (chosen: Verdict): Promise<void> => {
    if (sending || !pending) return;
    if (chosen === 'reject' && reason.trim() === '') {
      setVerdict('reject');
      setFailure({ message: WORDS.reasonNeeded, unknownPerson: false });
      field.current?.focus();
      return;
    }
    setSending(true);
    setFailure(null);
    try {
      takeDecided(await api.decide({ id: row.id, verdict: chosen, reason: reason.trim() }));
      setReason('');
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setSending(false);
    }
  };
  const tooLate = (): void => setAskedTooLate(true);
  useCommands([
    {
      id: 'approvals.approve',
      name: APPROVALS.commands.approve,
      group: 'approvals',
      keys: ['a'],
      run: () => (here ? choose('approve') : tooLate()),
    },
    {
      id: 'approvals.reject',
      name: APPROVALS.commands.reject,
      group: 'approvals',
      keys: ['r'],
      run: () => (here ? choose('reject') : tooLate()),
    },
  ]);
  if (!pending) return askedTooLate ? <TooLate row={row} othersWait={othersWait} /> : null;
  const away = row.gateway?.away ?? null;
  if (row.gateway !== undefined && away !== null) {
    return (
      <footer className="decide-bar" data-testid="decide-away">
        <p className="tone-write" role="status">
          <Unplug size={14} aria-hidden /> {FLEET.decideAway(row.gateway.name, formatDateTime(away * 1000))}
        </p>
      </footer>
    );
  }
  if (person !== null && denied !== null) {
    return (
      <footer className="decide-bar" data-testid="decide">
        <p className="cell-quiet">{denied}</p>
      </footer>
    );
  }
  if (person === null) {
    return (
      <footer className="decide-bar" data-testid="decide">
        <p className="cell-quiet">{WORDS.signInNeeded}</p>
        <span className="fill" />
        {signIn ? <SignInButton words={WORDS.signIn} /> : null}
      </footer>
    );
  }
  return (
    <footer className="decide-bar" data-testid="decide">
      <input
        ref={field}
        className="decide-reason"
        placeholder={verdict === 'reject' ? WORDS.rejectReason : WORDS.reason}
        aria-label={WORDS.reasonOf[verdict]}
        aria-invalid={failure !== null}
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            void send(verdict);
          } else if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Tip text={WORDS.approve} shortcut="a" side="top">
        <span>
          <Button
            look={verdict === 'approve' ? 'primary' : 'outline'}
            disabled={sending}
            onClick={() => void send('approve')}
          >
            <Check size={14} aria-hidden /> {WORDS.approve}
          </Button>
        </span>
      </Tip>
      <Tip text={WORDS.reject} shortcut="r" side="top">
        <span className={verdict === 'reject' ? 'decide-reject' : undefined}>
          <Button disabled={sending} onClick={() => void send('reject')}>
            <X size={14} aria-hidden /> {WORDS.reject}
          </Button>
        </span>
      </Tip>
      <p className="decide-says" role="status">
        {sending ? (
          <span className="cell-quiet">{WORDS.sending[verdict]}</span>
        ) : failure === null ? (
          <span className="cell-quiet">
            <kbd className="key">Enter</kbd> {WORDS.enter[verdict]} {WORDS.as(person.name ?? person.subject)}
          </span>
        ) : (
          <span className="tone-error" role="alert">
            ✕ {failure.message}
          </span>
        )}
        {failure?.unknownPerson === true && signIn ? <SignInButton words={WORDS.signIn} /> : null}
      </p>
    </footer>
  );
}

/** The answer to a key that would have decided. */
function TooLate({ row, othersWait }: Pick<DecideBarProps, 'row' | 'othersWait'>) {
  return (
    <footer className="decide-bar" data-testid="too-late">
      <p className="decide-too-late" role="status">
        {APPROVALS.ended(row)}:{' '}
        {othersWait ? (
          <>
            {WORDS.chooseOther} <kbd className="key">k</kbd>
          </>
        ) : (
          WORDS.noOther
        )}
      </p>
    </footer>
  );
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { message: WORDS.noAnswer, unknownPerson: false };
  return { message: error.message, unknownPerson: error.code === 'REVIEWER_NOT_SIGNED_IN' };
}
