/** A finding as one page without scripts: what people wrote is shown with its structure, and nothing of it acts. */
import type { Author } from '../../../shared/findings/annotation.ts';
import type { Evidence } from '../../../shared/findings/finding.ts';
import { escaped, recordedLine } from '../html/markup.ts';
import { pageEnd, pageHead } from '../html/page.ts';
import { isoTime } from '../../../gateway/archive/lines/words.ts';
import type { FindingFacts } from './finding-files.ts';
import { linkOf, placeWords, proofWords, standingWords } from './frame-words.ts';
import { narrativeMarkup } from './narrative-markup.ts';

/** The page. */
export function pageOf(facts: FindingFacts): string {
  const { finding, software, made } = facts;
  const { title, number, narrative, evidence, author } = finding;
  return `${pageHead(`Finding ${number}: ${recordedLine(title)}`, null)}<header><h1>${recordedLine(title)}</h1>
<p>Finding ${number} of a case. Exported ${isoTime(made)} by Auditorium ${escaped(software)}.</p>
<dl>${factsOf(facts)}</dl>
<div class="notes small"><b>What this page is.</b> What ${recordedLine(author.name)} and others concluded, in their words. The frames below say which recorded events they rest on:
those are in evidence/events.bin, and a verifier proves them. That the words are theirs, finding.case proves, where their keys are known.</div></header>
<section><h2>Narrative</h2>
${narrative === '' ? '<p class="none">(none)</p>' : `<div class="narrative">${narrativeMarkup(narrative, evidence.length)}</div>`}
</section>
<section><h2>Evidence</h2>
${evidence.length === 0 ? '<p class="none">(none)</p>' : evidence.map((frame, i) => frameMarkup(frame, i + 1, facts.sessions)).join('')}
</section>
<section><h2>History</h2>
<div class="scroll"><table><thead><tr><th>Time (UTC)</th><th>Who</th><th>What</th></tr></thead><tbody>
${finding.history.map(({ time, author: who, what }) => `<tr><td class="t">${isoTime(time)}</td><td>${whoMarkup(who)}</td><td>${recordedLine(what)}</td></tr>`).join('\n')}
</tbody></table></div>
</section>
${pageEnd(null)}`;
}

function factsOf({ finding }: FindingFacts): string {
  const { severity, status, assignee, author, made, changed } = finding;
  const items: [string, string][] = [
    ['Severity', escaped(severity)],
    ['Status', escaped(status)],
    ['Assigned to', assignee === null ? '<span class="none">nobody</span>' : recordedLine(assignee)],
    ['Made', `${isoTime(made)} by ${whoMarkup(author)}`],
    ['Last changed', isoTime(changed)],
  ];
  return items.map(([name, told]) => `<dt>${name}</dt><dd>${told}</dd>`).join('\n');
}

function frameMarkup(frame: Evidence, number: number, sessions: ReadonlySet<string>): string {
  const { anchor, caption, author } = frame;
  const link = linkOf(frame, sessions);
  const tone = frame.standing === 'holds' ? 'good' : 'bad';
  return `<h3 id="frame-${number}">${number}. ${recordedLine(caption === '' ? anchor.label : caption)}</h3>
${caption === '' ? '' : `<p class="mono">${recordedLine(anchor.label)}</p>\n`}<p class="small">${escaped(placeWords(frame))}. Added by ${whoMarkup(author)}. ${link === null ? 'Its session is not in this bundle.' : `<a href="${link}">In the report</a>`}</p>
<p class="small ${tone}">${escaped(standingWords(frame))}</p>
<p class="small dim mono">${proofWords(frame).map(escaped).join('<br>')}</p>
`;
}

function whoMarkup({ name, key }: Author): string {
  return `${recordedLine(name)} <span class="dim mono">${escaped(key.slice(0, 16))}…</span>`;
}
