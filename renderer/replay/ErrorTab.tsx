/** What the server, or the gateway, complained of: every field. */
import { useQuery } from '@tanstack/react-query';
import type { Point } from '../../shared/replay/timeline.ts';
import { visible } from '../../shared/replay/visible.ts';
import { firstBody, readErrorFields } from '../../shared/replay/wire.ts';
import { Fault } from '../ui/Note.tsx';
import { markedLine } from './marked-line.ts';
import type { Segments } from '../player/segments.ts';
import { useLabel, type Player } from '../player/use-player.ts';
import type { StatementDetail } from '../player/statement-detail.ts';
import { ERROR } from '../words/inspector.ts';

interface ErrorTabProps {
  readonly segments: Segments;
  readonly labels: Player['labels'];
  readonly step: Point | undefined;
  readonly outcome: Point | undefined;
  readonly detail: StatementDetail | null;
}

export function ErrorTab({ segments, labels, step, outcome, detail }: ErrorTabProps) {
  const closed = step?.kind === 'sessionClosed' && step.sqlstate !== null ? step : undefined;
  const failed = closed ?? (outcome?.status === 'failed' ? outcome : undefined);
  const label = useLabel({ labels }, closed);
  const query = useQuery({
    queryKey: ['error', segments.id, failed?.sequence],
    queryFn: () => segments.event(failed?.sequence ?? -1),
    enabled: failed !== undefined && closed === undefined,
    gcTime: 30_000,
  });
  if (failed === undefined) return <p className="panel-none">{noError(outcome)}</p>;
  if (closed !== undefined) {
    return (
      <div className="tab-scroll">
        <p className="error-message tone-error">✕ {label}</p>
        <dl className="facts">
          <dt>sqlstate</dt>
          <dd className="mono">{closed.sqlstate}</dd>
        </dl>
      </div>
    );
  }
  if (query.isError)
    return <Fault title={ERROR.failed} error={query.error} onRetry={() => void query.refetch()} />;
  const answer = query.data?.payloads['answer'];
  const body = answer ? firstBody(answer, 'E') : null;
  const fields = body === null ? null : readErrorFields(body);
  if (fields === null) {
    const missing = query.data === undefined ? '' : answer === null ? ERROR.redacted : ERROR.notRecorded;
    return <p className="panel-none">{missing}</p>;
  }
  const { message, position, ...others } = fields;
  const line =
    position === undefined || detail === null || detail.textMissing
      ? null
      : markedLine(detail.text, Number(position));
  return (
    <div className="tab-scroll" data-testid="error-fields">
      <p className="error-message tone-error">✕ {visible(message ?? '')}</p>
      {line === null ? null : (
        <pre className="error-line">
          <span className="cell-quiet">{ERROR.line(line.number)}</span>
          {visible(line.before)}
          <mark className="error-mark">{visible(line.marked)}</mark>
          {visible(line.after)}
        </pre>
      )}
      <dl className="facts">
        {Object.entries(others).map(([name, value]) => (
          <Field key={name} name={wordsOf(name)} value={value} />
        ))}
        {position === undefined ? null : <Field name={ERROR.position} value={position} />}
      </dl>
    </div>
  );
}

function noError(outcome: Point | undefined): string {
  if (outcome === undefined) return ERROR.noOutcome;
  return outcome.status === 'skipped' ? ERROR.skipped : ERROR.none;
}

function Field({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono">{value.split('\n').map(visible).join('\n')}</dd>
    </>
  );
}

/** `schemaName` → `schema name` */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
