/** What investigators did and wrote, newest first, as the case keeps it; what of the case does not verify stands on top. */
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { SessionId } from '../../shared/api/session.ts';
import type { LogEntry } from '../../shared/findings/case.ts';
import { useCase } from '../casework.ts';
import { goTo, placeAt } from '../router.ts';
import { DataGrid } from '../ui/DataGrid.tsx';
import { formatCount } from '../ui/format.ts';
import { Fault, Note } from '../ui/Note.tsx';
import { CASE_LOG } from '../words/case-log.ts';
import { CaseHead } from './CaseHead.tsx';
import './findings.css';
import { LOG_COLUMNS } from './log-columns.tsx';
import { useCaseLog } from './use-case-log.ts';

export function CaseLogPlace() {
  const log = useCaseLog();
  const about = useCase().data;
  const [selected, setSelected] = useState<string | null>(null);
  return (
    <div className="case">
      <h1 className="hidden-text">{CASE_LOG.title}</h1>
      <CaseHead at="case-log">
        <span className="cell-quiet ellipsis" title={about?.path}>
          {about === undefined ? '' : CASE_LOG.about(formatCount(about.entries), about.authors.length)}
        </span>
        <span className="fill" />
      </CaseHead>
      <Problems problems={about?.problems ?? []} />
      <div className="case-body">
        {log.error !== null && !log.loaded ? (
          <Fault title={CASE_LOG.failed} error={log.error} onRetry={log.reload} />
        ) : log.loaded && log.rows.length === 0 ? (
          <Note title={CASE_LOG.none}>
            <p>{CASE_LOG.noneHow}</p>
          </Note>
        ) : (
          <section className="panel" aria-label={CASE_LOG.title}>
            <DataGrid
              name={CASE_LOG.title}
              columns={LOG_COLUMNS}
              rows={log.rows}
              rowId={({ id }) => id}
              rowTestId="log-row"
              selected={selected}
              onSelect={({ id }) => setSelected(id)}
              onOpen={openSession}
              total={about?.entries ?? null}
              pending={log.pending}
              onNearEnd={log.loadMore}
              keysEverywhere
            />
          </section>
        )}
      </div>
    </div>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <section className="case-alarm" role="alert">
      <h2>
        <TriangleAlert size={14} className="tone-error" aria-hidden />
        {CASE_LOG.problems(problems.length)}
      </h2>
      <ul className="case-problems">
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      <p className="cell-quiet">{CASE_LOG.problemsHow}</p>
    </section>
  );
}

function openSession({ session }: LogEntry): void {
  const id = SessionId.safeParse(session);
  if (id.success) goTo(placeAt(`/sessions/${id.data}`));
}
