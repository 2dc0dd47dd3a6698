/** A statement's text as written: numbered lines, what is invisible made visible. */
import { clipText, visible } from '../../shared/replay/visible.ts';
import { formatCount } from './format.ts';

/** UTF-16 units shown; what is longer is generated, and read as bytes. */
const SHOWN = 50_000;

/** Line breaks and tabs stay; all else that cannot be seen is written out. */
export function sqlLines(text: string): string[] {
  return text
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'));
}

export function SqlText({ text }: { readonly text: string }) {
  const more = text.length - SHOWN;
  const lines = sqlLines(clipText(text, SHOWN));
  if (text === '') return <p className="cell-quiet">(an empty statement)</p>;
  return (
    <div className="sql" data-testid="sql">
      <pre className="sql-numbers" aria-hidden>
        {lines.map((_, index) => index + 1).join('\n')}
      </pre>
      <pre className="sql-text">
        {lines.join('\n')}
        {more > 0 ? (
          <span className="cell-quiet">{`\n… ${formatCount(more)} more characters (see Raw)`}</span>
        ) : null}
      </pre>
    </div>
  );
}
