/** The verdict and what it means, up to where, signed by whom, what is wrong, and what nobody can know. */
import { RefreshCw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Integrity, IntegrityResult } from '../../shared/api/integrity.ts';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { VERDICT_MEANINGS } from '../../shared/recording/verdict-meanings.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes, formatCount, formatDateTime, formatNumberOf } from '../ui/format.ts';
import { INTEGRITY as WORDS } from '../words/integrity.ts';
import { FindingList } from './FindingList.tsx';
import { toneOf } from './standing.ts';
import { useDenied } from '../me.ts';
import { DeniedLine } from '../ui/Denied.tsx';
import { verifyNow } from './use-integrity.ts';

/** Longest path shown; it may come from whoever sent the archive. */
const MAX_LINE = 300;
/** Digits of a log's id, or a key, that tell it from others. */
const SHORT = 16;

interface DetailsProps {
  readonly archive: ArchiveInfo;
  /** undefined where the host does not verify. */
  readonly integrity: Integrity | undefined;
}

export function IntegrityDetails({ archive, integrity }: DetailsProps) {
  const { foreign, path, events } = archive;
  return (
    <>
      <h2 className="standing-title">{WORDS.title}</h2>
      <p className="cell-quiet">
        {foreign === null ? WORDS.recordedHere : foreign.kind === 'bundle' ? WORDS.sentBundle : WORDS.sent}{' '}
        <code className="standing-path">{visibleLine(path, MAX_LINE)}</code>
      </p>
      {integrity === undefined ? <p>{WORDS.unavailable}</p> : null}
      {integrity === undefined || integrity.result !== null || integrity.state === 'verifying' ? null : (
        <p>{integrity.onRequest ? WORDS.onRequest(formatBytes(integrity.bytes)) : WORDS.notYet}</p>
      )}
      {integrity === undefined || integrity.result === null ? null : (
        <Result result={integrity.result} events={events} />
      )}
      {integrity === undefined || integrity.problem === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {visibleLine(integrity.problem, MAX_LINE)}
        </p>
      )}
      {integrity === undefined || foreign !== null ? null : <VerifyButton integrity={integrity} />}
    </>
  );
}

function Result({ result, events }: { readonly result: IntegrityResult; readonly events: number }) {
  const { verdict, logs, keys, unknownKeys, leftOut, compared, cannotKnow, at } = result;
  const newer = events - logs.reduce((sum, { next }) => sum + next, 0);
  return (
    <>
      <p>
        <b className={toneOf(verdict)}>{verdict}</b>: {VERDICT_MEANINGS[verdict]}
      </p>
      {leftOut === 0 ? null : (
        <p>{WORDS.leftOut(formatNumberOf(leftOut, 'event'), leftOut === 1 ? 'is' : 'are')}</p>
      )}
      <FindingList result={result} />
      <Part title={WORDS.logs}>
        <table className="standing-logs">
          <thead>
            <tr>
              <th scope="col">{WORDS.log}</th>
              <th scope="col">{WORDS.verifiedTo}</th>
              <th scope="col">{WORDS.signedTo}</th>
            </tr>
          </thead>
          <tbody>
            {logs.map(({ log, next, verifiedTo, signedTo }) => (
              <tr key={log}>
                <td className="mono" title={log}>
                  {log.slice(0, SHORT)}
                </td>
                <td>{WORDS.eventsOf(formatCount(verifiedTo), formatCount(next))}</td>
                <td>{signedTo === 0 ? WORDS.nothingSigned : formatCount(signedTo)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {newer > 0 ? <p className="cell-quiet">{WORDS.newer(formatNumberOf(newer, 'event'))}</p> : null}
      </Part>
      <Part title={WORDS.keys}>
        <ul className="standing-keys">
          {keys.map((key) => (
            <Key key={key} hex={key} says={WORDS.trusted} />
          ))}
          {unknownKeys.map((key) => (
            <Key key={key} hex={key} says={WORDS.unknownKey} />
          ))}
        </ul>
        {keys.length + unknownKeys.length === 0 ? <p className="cell-quiet">{WORDS.noKeys}</p> : null}
      </Part>
      {cannotKnow.length === 0 ? null : (
        <Part title={WORDS.cannotKnow}>
          {cannotKnow.map((line) => (
            <p key={line} className="cell-quiet">
              {line}
            </p>
          ))}
        </Part>
      )}
      <p className="cell-quiet">
        {WORDS.verifiedAt} <time>{formatDateTime(at)} UTC</time>: {WORDS.looked}{' '}
        {compared ? WORDS.withLists : WORDS.withoutLists}
      </p>
    </>
  );
}

function Key({ hex, says }: { readonly hex: string; readonly says: string }) {
  return (
    <li>
      <code title={hex}>{hex.slice(0, SHORT)}…</code> <span className="cell-quiet">{says}</span>
    </li>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="standing-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function VerifyButton({ integrity }: { readonly integrity: Integrity }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { state, progress, result } = integrity;
  const running = state === 'verifying';
  const denied = useDenied('archive:verify');
  return (
    <div className="standing-verify">
      <DeniedLine why={denied} />
      <Button
        disabled={running || denied !== null}
        onClick={() => {
          void verifyNow().then(setProblem);
        }}
      >
        <RefreshCw size={14} aria-hidden />
        {running ? WORDS.verifyingNow : result === null ? WORDS.verifyNow : WORDS.verifyAgain}
      </Button>
      {running ? (
        <progress
          className="progress"
          aria-label={WORDS.verifyingNow}
          value={progress?.done ?? 0}
          max={Math.max(1, progress?.total ?? 1)}
        />
      ) : null}
      {problem === null ? null : (
        <span className="tone-error" role="alert">
          ✕ {problem}
        </span>
      )}
    </div>
  );
}
