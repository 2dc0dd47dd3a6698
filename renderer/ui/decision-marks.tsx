/** Glyphs and words for what policy decided and what it masked. */
import {
  Ban,
  Check,
  CircleDashed,
  EyeOff,
  FileWarning,
  Hand,
  ScanEye,
  TimerOff,
  Unplug,
  X,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { HELD, type Decided } from '../../shared/policy/recorded-decision.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { DECISIONS, MASKED, POLICY } from '../words/marks.ts';
import { formatCompact, formatNumberOf } from './format.ts';
import { GLYPH, Mark, type Tone } from './marks.tsx';

interface Look {
  readonly tone: Tone;
  readonly icon: ReactNode;
}

const LOOKS: Readonly<Record<Decided, Look>> = {
  allowed: {
    tone: 'approved',
    icon: <Check size={GLYPH} aria-hidden />,
  },
  denied: {
    tone: 'denied',
    icon: <Ban size={GLYPH} aria-hidden />,
  },
  held: {
    tone: 'held',
    icon: <Hand size={GLYPH} aria-hidden />,
  },
  approved: {
    tone: 'approved',
    icon: <Check size={GLYPH} aria-hidden />,
  },
  rejected: {
    tone: 'denied',
    icon: <X size={GLYPH} aria-hidden />,
  },
  timeout: {
    tone: 'denied',
    icon: <TimerOff size={GLYPH} aria-hidden />,
  },
  changed: {
    tone: 'denied',
    icon: <FileWarning size={GLYPH} aria-hidden />,
  },
  abandoned: {
    tone: 'unknown',
    icon: <Unplug size={GLYPH} aria-hidden />,
  },
  'observed-deny': {
    tone: 'unknown',
    icon: <ScanEye size={GLYPH} aria-hidden />,
  },
  'observed-hold': {
    tone: 'unknown',
    icon: <ScanEye size={GLYPH} aria-hidden />,
  },
};

interface DecisionMarkProps {
  readonly decision: Decided;
  /** The rules that decided, for the title. */
  readonly rules?: readonly string[];
  /** Only what became of it, where the hold goes without saying. */
  readonly short?: boolean;
}

/** What policy said of a statement and what became of that: `✋ held → ✖ rejected`. */
export function DecisionMark({ decision, rules, short = false }: DecisionMarkProps) {
  const { tone, icon } = LOOKS[decision];
  const { word, meaning } = DECISIONS[decision];
  const by =
    rules === undefined || rules.length === 0
      ? ''
      : ` (${rules.map((rule) => visibleLine(rule, 100)).join(', ')})`;
  const last = (
    <Mark tone={tone} icon={icon} title={meaning + by}>
      {word}
    </Mark>
  );
  if (short || decision === 'held' || !HELD.includes(decision)) return last;
  return (
    <span className="decision-steps">
      <Mark tone="held" icon={LOOKS.held.icon} title={meaning + by}>
        {DECISIONS.held.word}
      </Mark>
      <span className="decision-arrow" aria-hidden>
        →
      </span>
      {last}
    </span>
  );
}

const COUNTS = {
  denied: { tone: 'denied', icon: <Ban size={GLYPH} aria-label={POLICY.denied} /> },
  held: { tone: 'held', icon: <Hand size={GLYPH} aria-label={POLICY.held} /> },
  masked: { tone: 'masked', icon: <EyeOff size={GLYPH} aria-label={POLICY.masked} /> },
} as const;

interface PolicyCountProps {
  readonly what: keyof typeof COUNTS;
  readonly count: number;
}

/** How many statements of a session were denied, held or answered with something masked; nothing where none was. */
export function PolicyCount({ what, count }: PolicyCountProps) {
  if (count === 0) return null;
  const { tone, icon } = COUNTS[what];
  return (
    <Mark tone={tone} icon={icon} title={POLICY.count(formatNumberOf(count, 'statement'), POLICY[what])}>
      {formatCompact(count)}
    </Mark>
  );
}

interface PolicyNameProps {
  /** SHA-256 of its document, hex. */
  readonly hash: string;
  readonly mode: 'enforce' | 'observe';
}

/** Digits of a policy's hash that people compare. */
const HASH_DIGITS = 8;

/** A policy by the start of its hash, and whether it is enforced. */
export function PolicyName({ hash, mode }: PolicyNameProps) {
  return (
    <span className="policy-name">
      <span className="mono" title={POLICY.hash(hash)}>
        {hash.slice(0, HASH_DIGITS)}
      </span>{' '}
      {mode === 'enforce' ? (
        POLICY.enforced
      ) : (
        <Mark tone="unknown" icon={<CircleDashed size={GLYPH} aria-hidden />} title={POLICY.observesMeans}>
          {POLICY.observes}
        </Mark>
      )}
    </span>
  );
}

/** The name of what is masked, on the hatch that means masked. */
export function MaskedName({ name, title }: { readonly name: string; readonly title?: string }) {
  return (
    <span className="masked-name hatch" title={title}>
      <EyeOff size={10} aria-label={POLICY.masked} />
      <span className="ellipsis">{name}</span>
    </span>
  );
}

/** Masked columns named on a statement's line before "+n". */
const NAMED = 2;

/** What is masked in a statement's answer, by its columns' own names. */
export function MaskedNames({ row }: { readonly row: Pick<StatementRow, 'maskedColumns' | 'detectors'> }) {
  const names = [
    ...row.maskedColumns.map((column) => column.slice(column.lastIndexOf('.') + 1)),
    ...row.detectors,
  ];
  if (names.length === 0) return null;
  const title = MASKED.names([...row.maskedColumns, ...row.detectors]);
  return (
    <span className="masked-names" title={title}>
      {names.slice(0, NAMED).map((name) => (
        <MaskedName key={name} name={visibleLine(name, 40)} />
      ))}
      {names.length > NAMED ? <span className="cell-quiet">+{names.length - NAMED}</span> : null}
    </span>
  );
}
