/** How far the running export is, and how the last one went. */
import { Button } from '../ui/Button.tsx';
import { formatBytes, formatCount, formatNumberOf } from '../ui/format.ts';
import { EXPORT_OFFERS, EXPORTS as WORDS } from '../words/exports.ts';
import { stopTaking, type Taking } from './taking.ts';

export function ExportProgress({ taking }: { readonly taking: Taking }) {
  const { state, format, name, done, total, bytes, problem } = taking;
  if (state === 'failed') {
    return (
      <p className="tone-error" role="alert">
        ✕ {problem}
      </p>
    );
  }
  if (state !== 'running') {
    return <p role="status">{state === 'saved' ? `✔ ${WORDS.saved(name)}` : WORDS.stopped}</p>;
  }
  return (
    <div className="export-progress" data-testid="export-progress">
      <span>
        {WORDS.writing(EXPORT_OFFERS[format].name)}{' '}
        {done === null
          ? WORDS.preparing
          : total === null
            ? WORDS.done(formatNumberOf(done, 'statement'))
            : WORDS.doneOf(formatCount(done), formatNumberOf(total, 'statement'))}
        {bytes === 0 ? '' : `, ${WORDS.bytes(formatBytes(bytes))}`}
      </span>
      <progress
        className="progress"
        aria-label={WORDS.writing(EXPORT_OFFERS[format].name)}
        {...(done === null || total === null ? {} : { value: done, max: Math.max(1, total) })}
      />
      <Button onClick={stopTaking}>{WORDS.stop}</Button>
    </div>
  );
}
