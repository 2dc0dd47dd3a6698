/** The selected session beside the list: who, from where, what, how it ended. Every value filters. */
import { ArrowRight, PanelRight } from 'lucide-react';
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { SessionJudgement } from '../casework/SessionJudgement.tsx';
import { EndSessionButton } from '../Operating.tsx';
import { Button } from '../ui/Button.tsx';
import { PREVIEW } from '../words/preview.ts';
import { Fact, Facts, Section } from './fact-list.tsx';
import { Counts, Ending, PolicySection, VerbSection } from './PreviewDeeds.tsx';
import { ConnectionSection, JobSection, WhoSection } from './PreviewWho.tsx';
import { agentOf } from './session-facts.ts';

/** Longest value shown on a line of its own. */
const LONG = 300;

interface SessionPreviewProps {
  readonly session: SessionRow | null;
  readonly onOpen: (session: SessionRow) => void;
}

export function SessionPreview({ session, onOpen }: SessionPreviewProps) {
  return (
    <aside className="panel panel-side preview" aria-label={PREVIEW.label} data-testid="preview">
      {session === null ? <NothingSelected /> : <Selected session={session} onOpen={onOpen} />}
    </aside>
  );
}

function NothingSelected() {
  return (
    <div className="preview-empty">
      <PanelRight size={20} aria-hidden />
      <p>
        {PREVIEW.nothing} <kbd className="key">j</kbd> <kbd className="key">k</kbd> {PREVIEW.moves}{' '}
        <kbd className="key">Enter</kbd> {PREVIEW.opens}
      </p>
    </div>
  );
}

function Selected({
  session,
  onOpen,
}: {
  readonly session: SessionRow;
  readonly onOpen: SessionPreviewProps['onOpen'];
}) {
  return (
    <>
      <div className="preview-head">
        <h2 className="preview-title ellipsis" title={agentOf(session)}>
          {visibleLine(agentOf(session), LONG)}
        </h2>
        <EndSessionButton session={session} />
        <Button look="primary" onClick={() => onOpen(session)}>
          {PREVIEW.replay} <ArrowRight size={14} aria-hidden />
        </Button>
      </div>
      <div className="panel-scroll preview-body">
        <Ending session={session} />
        <Counts session={session} />
        <SessionJudgement session={session} />
        <PolicySection session={session} />
        <VerbSection session={session} />
        <WhoSection session={session} />
        {session.imported === null ? null : <Source source={session.imported} />}
        <JobSection session={session} />
        <ConnectionSection session={session} />
      </div>
    </>
  );
}

/** Where an imported session was read from, and what that does not tell. */
function Source({ source }: { readonly source: NonNullable<SessionRow['imported']> }) {
  return (
    <Section title={PREVIEW.sections.imported}>
      <Facts>
        <Fact name={PREVIEW.facts.from}>{visibleLine(source.file, LONG)}</Fact>
        <Fact name={PREVIEW.facts.format}>{source.format}</Fact>
        <Fact name={PREVIEW.facts.lacks}>
          {source.lacks.length === 0 ? PREVIEW.nothingLacks : source.lacks.join(', ')}
        </Fact>
      </Facts>
    </Section>
  );
}
