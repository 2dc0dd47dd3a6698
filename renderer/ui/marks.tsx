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
import { MASKED, OUTCOMES, PROVENANCE, STATUSES, VERBS } from '../words/marks.ts';
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
  read: <Eye size={GLYPH} aria-label={VERBS.reads} />,
  write: <Pencil size={GLYPH} aria-label={VERBS.writes} />,
  schema: <Wrench size={GLYPH} aria-label={VERBS.schema} />,
  unknown: <CircleHelp size={GLYPH} aria-hidden />,
  plain: <Minus size={GLYPH} aria-hidden />,
} as const;

/** A verb with the glyph of what it does. */
export function Verb({ verb }: { readonly verb: string }) {
  const tone = toneOfVerb(verb);
  return (
    <Mark tone={tone} icon={VERB_ICONS[tone]} className="verb" title={verb === '' ? VERBS.unparsed : verb}>
      <span className={verb === '' ? 'dashed' : 'ellipsis'}>{verb === '' ? VERBS.unknown : verb}</span>
    </Mark>
  );
}

const OUTCOME_LOOKS: Readonly<Record<SessionOutcome, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  live: { tone: 'live', icon: <Radio size={GLYPH} aria-hidden /> },
  completed: {
    tone: 'plain',
    icon: <Check size={GLYPH} aria-hidden />,
  },
  disconnected: {
    tone: 'unknown',
    icon: <Unplug size={GLYPH} aria-hidden />,
  },
  refused: {
    tone: 'denied',
    icon: <Ban size={GLYPH} aria-hidden />,
  },
  failed: {
    tone: 'error',
    icon: <CircleX size={GLYPH} aria-hidden />,
  },
  unknown: {
    tone: 'unknown',
    icon: <CircleDashed size={GLYPH} aria-hidden />,
  },
};

interface OutcomeProps {
  readonly outcome: SessionOutcome;
  /** Why, in words, where that is recorded. */
  readonly reason?: string | null;
}

/** How a session ended. */
export function Outcome({ outcome, reason = null }: OutcomeProps) {
  const { tone, icon } = OUTCOME_LOOKS[outcome];
  const meaning = OUTCOMES[outcome];
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

const STATUS_LOOKS: Readonly<
  Record<keyof typeof STATUSES, { readonly tone: Tone; readonly icon: ReactNode }>
> = {
  completed: { tone: 'plain', icon: <Check size={GLYPH} aria-hidden /> },
  'rolled-back': { tone: 'unknown', icon: <Undo2 size={GLYPH} aria-hidden /> },
  failed: { tone: 'error', icon: <CircleX size={GLYPH} aria-hidden /> },
  suspended: { tone: 'plain', icon: <Minus size={GLYPH} aria-hidden /> },
  empty: { tone: 'plain', icon: <Minus size={GLYPH} aria-hidden /> },
  skipped: { tone: 'unknown', icon: <SkipForward size={GLYPH} aria-hidden /> },
  unknown: { tone: 'unknown', icon: <CircleDashed size={GLYPH} aria-hidden /> },
  running: { tone: 'live', icon: <Radio size={GLYPH} aria-hidden /> },
};

/** How a statement ended: a failure says its SQLSTATE. What has no outcome is running while its session is live. */
export function Status({
  status,
  sqlstate,
  live,
  imported,
}: Pick<StatementRow, 'status' | 'sqlstate' | 'live' | 'imported'>) {
  if (status === 'unknown' && imported) return <NotRecorded />;
  const stands = status === 'unknown' && live ? 'running' : status;
  const { tone, icon } = STATUS_LOOKS[stands];
  const { word, meaning } = STATUSES[stands];
  return (
    <Mark tone={tone} icon={icon} title={meaning}>
      {stands === 'failed' ? (
        <span className="mono">{sqlstate ?? word}</span>
      ) : stands === 'unknown' ? (
        <span className="dashed">{word}</span>
      ) : (
        word
      )}
    </Mark>
  );
}

/** Secrets, or values that a policy masks, were taken out of a statement before it was recorded. */
export function MaskedMark() {
  return (
    <Mark tone="masked" icon={<EyeOff size={GLYPH} aria-label={MASKED.mark} />} title={MASKED.statement} />
  );
}

/** How far a CI context can be trusted: ✓ proven by a verified claim, ~ the agent's own word. */
export function ProvenanceMark({ provenance }: { readonly provenance: 'attested' | 'asserted' }) {
  return provenance === 'attested' ? (
    <Mark
      tone="approved"
      icon={<BadgeCheck size={GLYPH} aria-label={PROVENANCE.attested} />}
      title={PROVENANCE.attestedMeans}
    />
  ) : (
    <Mark
      tone="unknown"
      icon={
        <span role="img" aria-label={PROVENANCE.asserted}>
          ~
        </span>
      }
      title={PROVENANCE.assertedMeans}
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
      icon={<TriangleAlert size={GLYPH} aria-label={PROVENANCE.mismatch} />}
      title={PROVENANCE.mismatchMeans(asserted)}
    >
      {words ? <span className="ellipsis">{PROVENANCE.alsoSaid(asserted)}</span> : null}
    </Mark>
  );
}
