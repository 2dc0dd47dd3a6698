/** How grave a finding is, and how far it has come: a glyph and its word. */
import { CircleAlert, CircleCheck, CircleDot, CircleSlash, Circle, type LucideIcon } from 'lucide-react';
import {
  FINDING_SEVERITIES,
  type FindingSeverity,
  type FindingStatus,
} from '../../shared/findings/finding.ts';
import { GLYPH } from '../ui/marks.tsx';
import { SEVERITY_NAMES } from '../words/casework.ts';
import { STATUS_MEANINGS, STATUS_WORDS } from '../words/findings.ts';

const BARS = [3, 5, 7, 9, 11] as const;
const BAR_WIDTH = 2;

/** As many bars as it is grave. */
export function SeverityMark({ severity }: { readonly severity: FindingSeverity }) {
  const level = FINDING_SEVERITIES.indexOf(severity);
  return (
    <span className={`severity severity-${severity}`}>
      <svg width={BARS.length * 3} height={GLYPH} aria-hidden>
        {BARS.map((height, bar) => (
          <rect
            key={height}
            className={bar <= level ? 'severity-on' : 'severity-off'}
            x={bar * 3}
            y={GLYPH - height}
            width={BAR_WIDTH}
            height={height}
          />
        ))}
      </svg>
      {SEVERITY_NAMES[severity]}
    </span>
  );
}

const STATUS_ICONS: Readonly<Record<FindingStatus, LucideIcon>> = {
  open: Circle,
  investigating: CircleDot,
  confirmed: CircleAlert,
  resolved: CircleCheck,
  dismissed: CircleSlash,
};

/** A status with its glyph. */
export function FindingStatusMark({ status }: { readonly status: FindingStatus }) {
  const Icon = STATUS_ICONS[status];
  return (
    <span className="mark tone-plain" title={STATUS_MEANINGS[status]}>
      <Icon size={GLYPH} aria-hidden />
      {STATUS_WORDS[status]}
    </span>
  );
}
