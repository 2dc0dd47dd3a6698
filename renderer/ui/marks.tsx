/** Glyphs and words for what a colour alone must not say: verbs, outcomes, provenance. */
import {
  BadgeCheck,
  Ban,
  Check,
  CircleDashed,
  CircleHelp,
  CircleX,
  Eye,
  EyeOff,
  Minus,
  Pencil,
  Radio,
  SkipForward,
  TriangleAlert,
  Undo2,
  Unplug,
  Wrench,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionOutcome, StatementRow } from '../../shared/api/session.ts';
import { NotRecorded } from './NotRecorded.tsx';

/** Of a glyph beside words, in px. */
export const GLYPH = 12;

export type Tone =
  | 'read'
  | 'write'
  | 'schema'
  | 'denied'
  | 'held'
  | 'approved'
  | 'error'
  | 'unknown'
  | 'plain'
  | 'live'
  | 'masked';

interface MarkProps {
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly children?: ReactNode;
  readonly title?: string | undefined;
  readonly className?: string;
}

/** A glyph, and words beside it, in the colour of their meaning. */
export function Mark({ tone, icon, children, title, className = '' }: MarkProps) {
  return (
    <span className={`mark tone-${tone} ${className}`} title={title}>
      {icon}
      {children}
    </span>
  );
}

const READS = new Set(['SELECT', 'SHOW', 'EXPLAIN', 'FETCH', 'VALUES', 'TABLE', 'WITH']);
const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY', 'TRUNCATE', 'CALL', 'DO', 'EXECUTE']);
const SCHEMA = /^(CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|REINDEX|CLUSTER|REFRESH|SECURITY)\b/;

/** What a verb does to the database: reads, writes, changes its schema, or none of these. */
export function toneOfVerb(verb: string): 'read' | 'write' | 'schema' | 'unknown' | 'plain' {
  const first = verb.split(' ', 1)[0] ?? '';
  if (verb === '') return 'unknown';
  if (READS.has(first) || verb === 'COPY TO') return 'read';
  if (WRITES.has(first)) return 'write';
  return SCHEMA.test(verb) ? 'schema' : 'plain';
}

const VERB_ICONS = {
  read: <Eye size={GLYPH} aria-label="reads" />,
  write: <Pencil size={GLYPH} aria-label="writes" />,
  schema: <Wrench size={GLYPH} aria-label="changes the schema" />,
  unknown: <CircleHelp size={GLYPH} aria-hidden />,
  plain: <Minus size={GLYPH} aria-hidden />,
} as const;

/** A verb with the glyph of what it does. */
export function Verb({ verb }: { readonly verb: string }) {
  const tone = toneOfVerb(verb);
  return (
    <Mark
      tone={tone}
      icon={VERB_ICONS[tone]}
      className="verb"
      title={verb === '' ? 'the text does not parse' : verb}
    >
      <span className={verb === '' ? 'dashed' : 'ellipsis'}>{verb === '' ? 'unknown' : verb}</span>
    </Mark>
  );
}

const OUTCOMES: Record<SessionOutcome, { tone: Tone; icon: ReactNode; meaning: string }> = {
  live: { tone: 'live', icon: <Radio size={GLYPH} aria-hidden />, meaning: 'still running' },
  completed: {
    tone: 'plain',
    icon: <Check size={GLYPH} aria-hidden />,
    meaning: 'the agent ended it in order',
  },
  disconnected: {
    tone: 'unknown',
    icon: <Unplug size={GLYPH} aria-hidden />,
    meaning: 'the agent’s socket closed without a Terminate',
  },
  refused: {
    tone: 'denied',
    icon: <Ban size={GLYPH} aria-hidden />,
    meaning: 'refused before the database was reached',
  },
  failed: {
    tone: 'error',
    icon: <CircleX size={GLYPH} aria-hidden />,
    meaning: 'server, network or gateway ended it',
  },
  unknown: {
    tone: 'unknown',
    icon: <CircleDashed size={GLYPH} aria-hidden />,
    meaning: 'its gateway died before the end was recorded',
  },
};

interface OutcomeProps {
  readonly outcome: SessionOutcome;
  /** Why, in words, where that is recorded. */
  readonly reason?: string | null;
}

/** How a session ended. */
export function Outcome({ outcome, reason = null }: OutcomeProps) {
  const { tone, icon, meaning } = OUTCOMES[outcome];
  return (
    <Mark
      tone={tone}
      icon={icon}
      title={reason === null || reason === '' ? meaning : `${meaning}: ${reason}`}
    >
      <span className={outcome === 'unknown' ? 'dashed' : undefined}>{outcome}</span>
    </Mark>
  );
}

/** How a statement ended: a failure says its SQLSTATE. What has no outcome is running while its session is live. */
export function Status({
  status,
  sqlstate,
  live,
  imported,
}: Pick<StatementRow, 'status' | 'sqlstate' | 'live' | 'imported'>) {
  switch (status) {
    case 'completed':
      return (
        <Mark tone="plain" icon={<Check size={GLYPH} aria-hidden />} title="completed">
          ok
        </Mark>
      );
    case 'rolled-back':
      return (
        <Mark
          tone="unknown"
          icon={<Undo2 size={GLYPH} aria-hidden />}
          title="completed, and was rolled back with its transaction"
        >
          rolled back
        </Mark>
      );
    case 'failed':
      return (
        <Mark tone="error" icon={<CircleX size={GLYPH} aria-hidden />} title="failed">
          <span className="mono">{sqlstate ?? 'failed'}</span>
        </Mark>
      );
    case 'suspended':
      return (
        <Mark tone="plain" icon={<Minus size={GLYPH} aria-hidden />} title="the agent took part of the rows">
          suspended
        </Mark>
      );
    case 'empty':
      return (
        <Mark tone="plain" icon={<Minus size={GLYPH} aria-hidden />} title="the text held no statement">
          empty
        </Mark>
      );
    case 'skipped':
      return (
        <Mark
          tone="unknown"
          icon={<SkipForward size={GLYPH} aria-hidden />}
          title="discarded by the server after an error"
        >
          skipped
        </Mark>
      );
    case 'unknown':
      if (imported) return <NotRecorded />;
      return live ? (
        <Mark
          tone="live"
          icon={<Radio size={GLYPH} aria-hidden />}
          title="sent, and not answered yet: the session is live"
        >
          running
        </Mark>
      ) : (
        <Mark
          tone="unknown"
          icon={<CircleDashed size={GLYPH} aria-hidden />}
          title="an intent without a recorded outcome"
        >
          <span className="dashed">unknown</span>
        </Mark>
      );
  }
}

/** Secrets, or values that a policy masks, were taken out of a statement before it was recorded. */
export function MaskedMark() {
  return (
    <Mark
      tone="masked"
      icon={<EyeOff size={GLYPH} aria-label="masked" />}
      title="values that the record may not hold were taken out of this statement: [masked] stands in their place"
    />
  );
}

/** How far a CI context can be trusted: ✓ proven by a verified claim, ~ the agent's own word. */
export function ProvenanceMark({ provenance }: { readonly provenance: 'attested' | 'asserted' }) {
  return provenance === 'attested' ? (
    <Mark
      tone="approved"
      icon={<BadgeCheck size={GLYPH} aria-label="attested" />}
      title="attested: a verified claim carries this job"
    />
  ) : (
    <Mark
      tone="unknown"
      icon={
        <span role="img" aria-label="asserted">
          ~
        </span>
      }
      title="asserted: the agent’s own word, not proven"
    />
  );
}

interface MismatchProps {
  /** The other job, ready to be shown. */
  readonly asserted: string;
  /** In words beside the glyph, where there is room. */
  readonly words?: boolean;
}

/** The agent asserted another job than the session's: a finding, whichever of the two is proven. */
export function MismatchMark({ asserted, words = false }: MismatchProps) {
  return (
    <Mark
      tone="denied"
      icon={<TriangleAlert size={GLYPH} aria-label="mismatch" />}
      title={`the agent also said that it is ${asserted}`}
    >
      {words ? <span className="ellipsis">also said {asserted}</span> : null}
    </Mark>
  );
}
