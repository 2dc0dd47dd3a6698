/** A note in full, with its answers and the session it is about. */
import { SquareArrowOutUpRight } from 'lucide-react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { NoteThread } from '../casework/NoteThread.tsx';
import type { Thread } from '../casework/threads.ts';
import { Button } from '../ui/Button.tsx';
import { StandingMark } from '../ui/case-marks.tsx';
import { ALL_NOTES_WORDS } from '../words/all-notes.ts';
import { placeWords } from '../words/casework.ts';
import { SessionFacts } from './SessionFacts.tsx';

/** Characters of what an anchor says stands there. */
const LABEL_LENGTH = 300;

interface NotePanelProps {
  readonly thread: Thread;
  readonly inUse: readonly string[];
  readonly onOpen: () => void;
}

export function NotePanel({ thread, inUse, onOpen }: NotePanelProps) {
  const { anchor, standing } = thread.root;
  return (
    <aside className="panel panel-side case-detail" aria-label={ALL_NOTES_WORDS.panel}>
      <div className="panel-head">
        {visibleLine(placeWords(anchor), LABEL_LENGTH)} <StandingMark standing={standing} />
        <span className="fill" />
        <Button look="plain" onClick={onOpen} disabled={standing === 'absent'}>
          <SquareArrowOutUpRight size={14} aria-hidden /> {ALL_NOTES_WORDS.open}
        </Button>
      </div>
      <div className="panel-scroll case-detail-inside">
        <code className="note-label">{visibleLine(anchor.label, LABEL_LENGTH)}</code>
        <ul>
          <NoteThread thread={thread} inUse={inUse} onGo={onOpen} />
        </ul>
        <SessionFacts id={anchor.session} />
      </div>
    </aside>
  );
}
