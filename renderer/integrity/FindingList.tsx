/** What was found wrong, each with the sessions it touches. */
import type { IntegrityFinding, IntegrityResult, TouchedSession } from '../../shared/api/integrity.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { goTo } from '../router.ts';
import { formatCount, formatNumberOf } from '../ui/format.ts';
import { INTEGRITY as WORDS } from '../words/integrity.ts';
import { toneOf } from './standing.ts';

/** Longest text of a finding; it may come from whoever sent the archive. */
const MAX_LINE = 300;
/** Findings, and sessions of each, that are listed. */
const MOST = 50;
const MOST_SESSIONS = 4;
/** An id begins with 12 digits of time; with 4 of chance it stands for one session. */
const SHORT_ID = 16;

export function FindingList({ result }: { readonly result: IntegrityResult }) {
  const { findings, found, touched } = result;
  if (findings.length === 0) return null;
  return (
    <section className="standing-part">
      <h3>{WORDS.findings}</h3>
      <ul className="standing-findings">
        {findings.slice(0, MOST).map((finding) => (
          <li key={`${finding.message} ${finding.log} ${finding.volume} ${finding.event}`}>
            <b className={toneOf(finding.verdict)}>{finding.verdict}</b> {placeOf(finding)}
            {visibleLine(finding.message, MAX_LINE)}
            <Sessions of={touched.filter((session) => isOf(finding, session))} />
          </li>
        ))}
      </ul>
      {found <= Math.min(MOST, findings.length) ? null : (
        <p className="cell-quiet">{WORDS.more(formatNumberOf(found, 'finding'))}</p>
      )}
    </section>
  );
}

function Sessions({ of }: { readonly of: readonly TouchedSession[] }) {
  if (of.length === 0) return null;
  return (
    <span className="standing-sessions">
      {of.slice(0, MOST_SESSIONS).map(({ session, sequence }) => (
        <button
          key={session}
          type="button"
          className="value-button"
          onClick={() => goTo({ name: 'session', id: session, step: sequence, tab: 'raw' })}
        >
          {WORDS.toSession(session.slice(0, SHORT_ID), sequence)}
        </button>
      ))}
      {of.length > MOST_SESSIONS ? (
        <span className="cell-quiet">{WORDS.alsoTouched(formatCount(of.length - MOST_SESSIONS))}</span>
      ) : null}
    </span>
  );
}

function isOf({ log, event, lastEvent }: IntegrityFinding, touched: TouchedSession): boolean {
  return (
    log === touched.log && event !== null && touched.event >= event && touched.event <= (lastEvent ?? event)
  );
}

function placeOf({ event, lastEvent }: IntegrityFinding): string {
  if (event === null) return '';
  const from = formatCount(event);
  return lastEvent === null ? `${WORDS.event(from)}: ` : `${WORDS.events(from, formatCount(lastEvent))}: `;
}
