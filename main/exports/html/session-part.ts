/** The facts of one session in a page. */
import type { RecordedSession } from '../../../gateway/archive/lines/record.ts';
import { factsOf, titleOf, type Tone, type Told } from '../told-session.ts';
import { recordedLine } from './markup.ts';

const CLASSES: Readonly<Record<Tone, string>> = {
  plain: '',
  good: 'good',
  warning: 'warn',
  bad: 'bad',
  code: 'mono',
  dim: 'dim',
  mask: 'mask',
};

/** A piece of text in its tone. */
export function toldMarkup({ text, tone }: Told): string {
  const shown = recordedLine(text);
  return tone === 'plain' ? shown : `<span class="${CLASSES[tone]}">${shown}</span>`;
}

/** The heading and the list of facts. */
export function sessionHead(session: RecordedSession): string {
  const items = factsOf(session).map(
    ({ name, told }) => `<dt>${name}</dt><dd>${told.map(toldMarkup).join(' · ')}</dd>`,
  );
  return `<section id="s-${session.row.id}">
<h2>${recordedLine(titleOf(session))}</h2>
<dl>${items.join('\n')}</dl>
`;
}
