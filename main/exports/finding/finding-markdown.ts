/** A finding as Markdown: the narrative as it was written, all else as text that is no Markdown of its own. */
import { visibleLine } from '../../../shared/replay/visible.ts';
import { isoTime } from '../../../gateway/archive/lines/words.ts';
import type { FindingFacts } from './finding-files.ts';
import { linkOf, placeWords, proofWords, standingWords } from './frame-words.ts';

/** Longest line of what people wrote, which they write shorter. */
const LINE = 2000;

/** The text. */
export function markdownOf({ finding, sessions, software, made }: FindingFacts): string {
  const { title, number, severity, status, assignee, author, narrative, evidence } = finding;
  const lines = [
    `# ${plain(title)}`,
    '',
    `Finding ${number} of a case, exported ${isoTime(made)} by Auditorium ${software}.`,
    '',
    `- Severity: ${severity}`,
    `- Status: ${status}`,
    `- Assigned to: ${assignee === null ? 'nobody' : plain(assignee)}`,
    `- Made: ${isoTime(finding.made)} by ${plain(author.name)} (key ${author.key})`,
    '',
    '## Narrative',
    '',
    narrative === '' ? '(none)' : narrative,
    '',
    '## Evidence',
    '',
  ];
  for (const [i, frame] of evidence.entries()) {
    const { caption, anchor } = frame;
    const link = linkOf(frame, sessions);
    lines.push(
      `### ${i + 1}. ${plain(caption === '' ? anchor.label : caption)}`,
      '',
      ...(caption === '' ? [] : [`- Shows: ${plain(anchor.label)}`]),
      `- Where: ${placeWords(frame)}`,
      ...proofWords(frame).map((proof) => `- Proof: ${proof}`),
      `- ${standingWords(frame)}`,
      link === null ? '- Its session is not in this bundle.' : `- [In the report](${link})`,
      '',
    );
  }
  if (evidence.length === 0) lines.push('(none)', '');
  return lines.join('\n');
}

/** What Markdown, or HTML in it, would act on is escaped. */
function plain(text: string): string {
  return visibleLine(text, LINE).replaceAll(/[\\`*_{}[\]()<>#+!|~&-]/g, (character) => `\\${character}`);
}
