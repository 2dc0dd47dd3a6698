/** The verdict on a session, or on several at once: shows the latest word, and takes a new one with its reason. */
import { ChevronDown, ClipboardCheck } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { useDenied } from '../me.ts';
import { VerdictMark } from '../ui/case-marks.tsx';
import { DeniedButton } from '../ui/Denied.tsx';
import { REVIEW } from '../words/review.ts';
import { ReviewForm } from './ReviewForm.tsx';
import { useReviewOf } from './SessionMarks.tsx';

export function ReviewMenu({ session }: { readonly session: SessionId }) {
  const [open, setOpen] = useState(false);
  const review = useReviewOf(session);
  const denied = useDenied('case:write');
  const word =
    review === null ? (
      <>
        <ClipboardCheck size={14} aria-hidden /> <span className="button-label">{REVIEW.none}</span>
      </>
    ) : (
      <VerdictMark verdict={review.verdict} />
    );
  if (denied !== null) return <DeniedButton why={denied}>{word}</DeniedButton>;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="button button-plain" data-testid="review" title={REVIEW.title}>
        {word}
        <ChevronDown size={12} aria-hidden />
      </Popover.Trigger>
      <FormPopover title={REVIEW.title}>
        <ReviewForm sessions={[session]} review={review} onDone={() => setOpen(false)} />
      </FormPopover>
    </Popover.Root>
  );
}

/** One verdict for several sessions; what was said of each before stays said. */
export function ReviewSeveral({ sessions }: { readonly sessions: readonly SessionId[] }) {
  const [open, setOpen] = useState(false);
  const denied = useDenied('case:write');
  if (denied !== null) {
    return (
      <DeniedButton why={denied}>
        <ClipboardCheck size={14} aria-hidden /> {REVIEW.none}
      </DeniedButton>
    );
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="button button-plain" data-testid="review-picked">
        <ClipboardCheck size={14} aria-hidden /> {REVIEW.none}
      </Popover.Trigger>
      <FormPopover title={REVIEW.titleOf(sessions.length)}>
        <ReviewForm sessions={sessions} review={null} onDone={() => setOpen(false)} />
      </FormPopover>
    </Popover.Root>
  );
}

function FormPopover({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Popover.Portal>
      <Popover.Content
        className="float review-form"
        role="dialog"
        aria-label={title}
        align="end"
        sideOffset={6}
        collisionPadding={8}
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  );
}
