/** A note and what others answered. */
import { useState } from 'react';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { NOTES } from '../words/notes.ts';
import { EMPTY_DRAFT, type Draft } from './marking.ts';
import { NoteCard } from './NoteCard.tsx';
import { NoteForm } from './NoteForm.tsx';
import type { Thread } from './threads.ts';

interface NoteThreadProps {
  readonly thread: Thread;
  readonly inUse: readonly string[];
  /** Goes to its place; null where it is about no moment. */
  readonly onGo: (() => void) | null;
}

export function NoteThread({ thread: { root, replies }, inUse, onGo }: NoteThreadProps) {
  const [answer, setAnswer] = useState<Draft | null>(null);
  const writing = useWriting((input: Parameters<typeof api.annotate>[0]) => api.annotate(input));
  const keep = ({ text, tags, colour }: Draft): void =>
    writing.mutate(
      { place: null, parent: root.id, text, tags: [...tags], colour },
      { onSuccess: () => setAnswer(null) },
    );
  return (
    <li className="note-thread" data-testid="thread">
      <NoteCard
        note={root}
        inUse={inUse}
        onGo={onGo ?? (() => undefined)}
        onReply={() => setAnswer({ ...EMPTY_DRAFT, colour: root.colour })}
      />
      {replies.length === 0 && answer === null ? null : (
        <div className="note-replies">
          {replies.map((reply) => (
            <NoteCard key={reply.id} note={reply} inUse={inUse} />
          ))}
          {answer === null ? null : (
            <NoteForm
              draft={answer}
              onDraft={setAnswer}
              inUse={inUse}
              keep={NOTES.keepReply}
              busy={writing.isPending}
              error={writing.error}
              onKeep={() => keep(answer)}
              onCancel={() => setAnswer(null)}
            />
          )}
        </div>
      )}
    </li>
  );
}
