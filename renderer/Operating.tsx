/** Ending live sessions and redacting, for every place: the dialogs, and the buttons that open them. */
import { CircleStop, Eraser, Lock } from 'lucide-react';
import type { SessionId, SessionRow } from '../shared/api/session.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useCommands } from './commands.ts';
import { askEnd, askHold, askRedaction, stopAsking, useAsking } from './asking.ts';
import { useDenied } from './me.ts';
import { EndForm } from './operating/EndForm.tsx';
import { HoldForm } from './operating/HoldForm.tsx';
import { RedactForm } from './operating/RedactForm.tsx';
import { Button, IconButton } from './ui/Button.tsx';
import { Modal } from './ui/Modal.tsx';
import { HOLDS } from './words/holds.ts';
import { ENDING, REDACTION } from './words/operating.ts';

/** Longest name shown. */
const NAME_LENGTH = 80;

/** What is being asked for; stands once in the window. */
export function OperatingDialogs() {
  const asking = useAsking();
  if (asking === null) return null;
  if (asking.kind === 'hold')
    return (
      <Modal title={HOLDS.title} open onClose={stopAsking}>
        <HoldForm session={asking.session} onDone={stopAsking} />
      </Modal>
    );
  return asking.kind === 'end' ? (
    <Modal title={ENDING.title(shownName(asking))} open onClose={stopAsking}>
      <EndForm session={asking.session} onDone={stopAsking} />
    </Modal>
  ) : (
    <Modal title={REDACTION.title} open onClose={stopAsking}>
      <RedactForm target={asking.target} onDone={stopAsking} />
    </Modal>
  );
}

/** Ends the session; nothing for one that is over, nor for who may not. */
export function EndSessionButton({ session }: { readonly session: SessionRow }) {
  const denied = useDenied('gateway:operate');
  if (session.outcome !== 'live' || denied !== null) return null;
  return (
    <Button onClick={() => askEnd(session.id, agentOf(session))}>
      <CircleStop size={14} aria-hidden /> <span className="button-label">{ENDING.end}</span>
    </Button>
  );
}

interface RedactButtonProps {
  readonly session: SessionId;
  /** An event of it, and one of its payloads. */
  readonly sequence?: number | null;
  readonly field?: string | null;
}

/** Asks what of a session, or an event, is to go; nothing for who may not. */
export function RedactButton({ session, sequence = null, field = null }: RedactButtonProps) {
  if (useDenied('gateway:redact') !== null) return null;
  return (
    <IconButton
      name={REDACTION.open}
      icon={<Eraser size={14} aria-hidden />}
      {...(sequence === null ? {} : { className: 'pane-button redact-inline' })}
      onClick={() => askRedaction({ session, sequence, field, value: null })}
    />
  );
}

/** Shows what is held, and holds the session; nothing for who may not. */
export function HoldButton({ session }: { readonly session: SessionRow }) {
  if (useDenied('gateway:hold') !== null) return null;
  return (
    <IconButton name={HOLDS.open} icon={<Lock size={14} aria-hidden />} onClick={() => askHold(session)} />
  );
}

/** Offers them in the palette, in a session. */
export function useOperatingCommands(session: SessionRow, sequence: number | null): void {
  const mayEnd = useDenied('gateway:operate') === null;
  const mayRedact = useDenied('gateway:redact') === null;
  const mayHold = useDenied('gateway:hold') === null;
  useCommands([
    {
      id: 'session.end',
      name: ENDING.command,
      group: 'evidence',
      when: mayEnd && session.outcome === 'live',
      run: () => askEnd(session.id, agentOf(session)),
    },
    {
      id: 'session.hold',
      name: HOLDS.command,
      group: 'evidence',
      when: mayHold,
      run: () => askHold(session),
    },
    {
      id: 'session.redact',
      name: REDACTION.command,
      group: 'evidence',
      when: mayRedact,
      run: () => askRedaction({ session: session.id, sequence, field: null, value: null }),
    },
  ]);
}

function agentOf({ identity, user }: SessionRow): string {
  return identity?.subject ?? user;
}

function shownName({ session, agent }: { readonly session: SessionId; readonly agent: string }): string {
  return visibleLine(agent === '' ? session : agent, NAME_LENGTH);
}
