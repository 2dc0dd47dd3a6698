/** A statement's text as written: numbered lines, what is invisible made visible. */
import { Fragment, type ReactNode } from 'react';
import { MASK } from '../../shared/recording/mask.ts';
import { clipText, visible } from '../../shared/replay/visible.ts';
import { MASKED } from '../words/marks.ts';
import { VALUES } from '../words/values.ts';
import { formatBytes, formatCount } from './format.ts';

/** UTF-16 units shown; what is longer is generated, and read as bytes. */
export const SHOWN = 50_000;

/** Lines that are each an element of their own, so that a long one goes on below its number: more of them would be slow. */
const WRAPPED = 2_000;

/** Line breaks and tabs stay; all else that cannot be seen is written out. */
export function sqlLines(text: string): string[] {
  return text
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'));
}

interface SqlTextProps {
  readonly text: string;
  /** Of the whole text, where `text` is only its beginning. */
  readonly bytes?: number | undefined;
}

export function SqlText({ text, bytes }: SqlTextProps) {
  const shown = clipText(text, SHOWN);
  const lines = sqlLines(shown);
  if (text === '') return <p className="cell-quiet">{VALUES.emptyStatement}</p>;
  return (
    <div className="sql" data-testid="sql">
      {lines.length > WRAPPED ? (
        <>
          <pre className="sql-numbers" aria-hidden>
            {lines.map((_, index) => index + 1).join('\n')}
          </pre>
          <pre className="sql-text">{lines.join('\n')}</pre>
        </>
      ) : (
        <pre className="sql-lines">
          {numbered(lines).map(({ number, line }) => (
            <span key={number} className="sql-line" data-number={number}>
              {withMasks(line)}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
      {text.length > SHOWN ? <p className="cell-quiet">{moreWords(text, shown, bytes)}</p> : null}
    </div>
  );
}

function moreWords(text: string, shown: string, bytes: number | undefined): string {
  if (bytes === undefined) return VALUES.moreSeeRaw(formatCount(text.length - shown.length));
  return VALUES.moreBytesSeeRaw(formatBytes(bytes - new TextEncoder().encode(shown).length));
}

/** What stands for a value that the record may not hold looks like nothing that was written. */
function withMasks(line: string): ReactNode {
  if (!line.includes(MASK)) return line;
  const parts = line.split(MASK);
  let at = 0;
  return parts.map((part, index) => {
    const key = at;
    at += part.length + MASK.length;
    return (
      <Fragment key={key}>
        {part}
        {index === parts.length - 1 ? null : (
          <span className="masked-value hatch" title={MASKED.value}>
            {MASK}
          </span>
        )}
      </Fragment>
    );
  });
}

function numbered(lines: readonly string[]): { number: number; line: string }[] {
  return lines.map((line, index) => ({ number: index + 1, line }));
}
