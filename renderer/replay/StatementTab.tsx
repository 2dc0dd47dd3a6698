/** The SQL and what is known of its run. */
import { useState, type ReactNode } from 'react';
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { RedactButton } from '../Operating.tsx';
import { goTo } from '../router.ts';
import { formatBytes, formatCount, formatDuration, formatExact } from '../ui/format.ts';
import { MaskedMark, Status, Verb } from '../ui/marks.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { SHOWN, SqlText } from '../ui/SqlText.tsx';
import { recordedText, type StatementDetail } from '../player/statement-detail.ts';
import { type DecisionDetail, heldOf } from './decision-detail.ts';
import { saveFile } from '../save-file.ts';
import { Button } from '../ui/Button.tsx';
import { STATEMENT as WORDS } from '../words/inspector.ts';
import { RESULT } from '../words/result.ts';
import { VALUES } from '../words/values.ts';
import { useLabel, type Player } from '../player/use-player.ts';

/** Longest name shown. */
const NAME_LENGTH = 120;

interface StatementTabProps {
  readonly session: SessionId;
  readonly segments: Player['segments'];
  readonly labels: Player['labels'];
  readonly step: Point | undefined;
  readonly row: StatementRow | null;
  readonly detail: StatementDetail | null;
  readonly outcome: Point | undefined;
  /** Policy's word on it, once it is loaded. */
  readonly told: DecisionDetail | undefined;
  /** Whether the session is: what is not recorded may still come. */
  readonly live: boolean;
}

export function StatementTab({
  session,
  segments,
  labels,
  step,
  row,
  detail,
  outcome,
  told,
  live,
}: StatementTabProps) {
  if (detail === null) {
    return (
      <div className="tab-scroll">
        {step === undefined ? <span className="skeleton" /> : <StepOnly step={step} labels={labels} />}
      </div>
    );
  }
  return (
    <div className="tab-scroll">
      {detail.textMissing ? (
        <p className="tone-unknown sql-missing">{detail.text}</p>
      ) : (
        <>
          <SqlText text={detail.text} bytes={detail.textBytes} />
          {detail.textBytes > SHOWN ? <SaveText segments={segments} detail={detail} /> : null}
        </>
      )}
      <dl className="facts">
        {row === null ? null : (
          <>
            <Fact name={WORDS.verb}>
              <Verb verb={row.verb} />
            </Fact>
            <Fact name={WORDS.tables}>
              {row.tables.length === 0 ? <span className="cell-quiet">{WORDS.noTables}</span> : null}
              {row.tables.map((table) => (
                <button
                  key={table}
                  type="button"
                  className="value-button fact-item"
                  title={WORDS.allOn(table)}
                  onClick={() => goTo({ name: 'statements', filter: `table:${table}` })}
                >
                  {visibleLine(table, NAME_LENGTH)}
                </button>
              ))}
            </Fact>
          </>
        )}
        <Fact name={WORDS.outcome}>
          <Status
            status={row?.status === 'rolled-back' ? row.status : (outcome?.status ?? 'unknown')}
            sqlstate={outcome?.sqlstate ?? null}
            live={live}
            imported={row?.imported ?? false}
          />
          {outcome === undefined && !live && row?.imported !== true ? (
            <span className="cell-quiet"> {WORDS.notRecorded}</span>
          ) : null}
        </Fact>
        {row === null ? null : (
          <>
            <Fact name={WORDS.rows}>{row.rows === null ? <NotRecorded /> : formatCount(row.rows)}</Fact>
            <Fact name={WORDS.duration}>
              {row.duration === null && row.imported ? (
                <NotRecorded />
              ) : row.duration === null ? (
                <span className="cell-quiet">{live ? WORDS.running : WORDS.unknown}</span>
              ) : (
                <Took duration={row.duration} told={told} />
              )}
            </Fact>
          </>
        )}
        {row?.searchable === 'beginning' ? (
          <Fact name={WORDS.freeText}>
            <span className="cell-quiet">{WORDS.beginning}</span>
          </Fact>
        ) : null}
        {detail.masked ? (
          <Fact name={WORDS.masked}>
            <MaskedMark /> {WORDS.takenOut}
          </Fact>
        ) : null}
        <Fact name={WORDS.sent}>
          <time>{formatExact(detail.intent.event.time)}</time>
        </Fact>
        <Fact name={WORDS.protocol}>
          {detail.protocol}
          {detail.name === null
            ? null
            : detail.name === ''
              ? WORDS.unnamed
              : WORDS.preparedAs(visibleLine(detail.name, NAME_LENGTH))}
          {detail.parsedAt === null ? null : WORDS.parsedAt(detail.parsedAt)}
          {detail.boundAt === null ? null : WORDS.boundAt(detail.boundAt)}
        </Fact>
        <Fact name={WORDS.event}>
          {WORDS.ofSession(detail.intent.event.sequence)}
          {WORDS.ofLog(formatCount(detail.intent.event.index))}{' '}
          <RedactButton session={session} sequence={detail.intent.event.sequence} />
        </Fact>
      </dl>
    </div>
  );
}

/** A text that is not shown whole, as a file. */
function SaveText({
  segments,
  detail,
}: {
  readonly segments: Player['segments'];
  readonly detail: StatementDetail;
}) {
  const [failed, setFailed] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    try {
      const bytes = await recordedText(segments, detail);
      if (bytes !== null) saveFile(bytes, `statement-${detail.intent.event.sequence}.sql`);
      setFailed(null);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <p>
      <Button onClick={() => void save()}>{VALUES.saveText(formatBytes(detail.textBytes))}</Button>
      {failed === null ? null : (
        <span role="alert" className="tone-error">
          {' '}
          {RESULT.notSaved(failed)}
        </span>
      )}
    </p>
  );
}

function Took({ duration, told }: { readonly duration: number; readonly told: DecisionDetail | undefined }) {
  const held = heldOf(duration, told);
  return (
    <>
      {formatDuration(duration)}
      {held === null ? null : <span className="cell-quiet">{WORDS.ofWhichHeld(formatDuration(held))}</span>}
    </>
  );
}

/** Before the first statement there is only what happened. */
function StepOnly({ step, labels }: { readonly step: Point; readonly labels: Player['labels'] }) {
  const label = useLabel({ labels }, step);
  return (
    <dl className="facts">
      <Fact name={WORDS.step}>{label ?? '…'}</Fact>
      <Fact name={WORDS.kind}>{step.kind}</Fact>
      <Fact name={WORDS.time}>{formatExact(step.time)}</Fact>
      <Fact name={WORDS.event}>{WORDS.ofSession(step.sequence)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
