/** What a change makes of a finding, before the host has said so. */
import type { Finding, FindingChange } from '../../shared/findings/finding.ts';

/** The finding with a change applied; what is absent of the change stays. */
export function withChange(finding: Finding, { order, ...fields }: FindingChange): Finding {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const evidence =
    order === undefined
      ? finding.evidence
      : order.flatMap((id) => finding.evidence.find((piece) => piece.id === id) ?? []);
  return { ...finding, ...given, evidence };
}
