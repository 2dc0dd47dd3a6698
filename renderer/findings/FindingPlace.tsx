/** One finding as a page: what it is, what happened, the frames that show it, who changed what. It prints as a document. */
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Printer } from 'lucide-react';
import type { EntryId } from '../../shared/findings/annotation.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api, queries } from '../api.ts';
import { useCommands } from '../commands.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { ALL_FINDINGS } from '../findings-address.ts';
import { goBack } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { formatDateTime, formatExact } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { DeniedLine, ReadOnly } from '../ui/Denied.tsx';
import { useDenied } from '../me.ts';
import { FINDING } from '../words/finding.ts';
import { FINDINGS_COMMANDS } from '../words/findings.ts';
import { CaseHead } from './CaseHead.tsx';
import { EditInPlace } from './EditInPlace.tsx';
import { EvidenceList } from './EvidenceList.tsx';
import './finding.css';
import { FindingFacts } from './FindingFacts.tsx';
import './findings.css';
import { Narrative } from './Narrative.tsx';
import './print.css';
import { useFindingChange } from './write-finding.ts';

/** What the API takes of a title. */
const TITLE_LENGTH = 200;

/** Characters of a name. */
const NAME_LENGTH = 60;

export function FindingPlace({ id }: { readonly id: EntryId }) {
  const query = useQuery({
    queryKey: ['case', 'finding', id],
    queryFn: ({ signal }) => api.finding({ id }, { signal }),
    placeholderData: () =>
      queries
        .getQueryData<{ readonly items: readonly Finding[] }>(['case', 'findings'])
        ?.items.find((finding) => finding.id === id),
  });
  const back = (): void => goBack(ALL_FINDINGS);
  useCommands([
    { id: 'finding.back', name: FINDINGS_COMMANDS.back, group: 'findings', keys: ['Esc'], run: back },
    { id: 'finding.print', name: FINDINGS_COMMANDS.print, group: 'findings', run: () => window.print() },
  ]);
  return (
    <div className="case">
      <CaseHead at="finding">
        <Button look="plain" onClick={back}>
          <ArrowLeft size={14} aria-hidden /> {FINDING.back}
        </Button>
        <span className="fill" />
        {query.data === undefined ? null : <ExportMenu filter="" finding={query.data} />}
        <Button onClick={() => window.print()} disabled={query.data === undefined}>
          <Printer size={14} aria-hidden /> {FINDING.print}
        </Button>
      </CaseHead>
      <div className="case-body finding-scroll">
        {query.data !== undefined ? (
          <Page finding={query.data} />
        ) : query.isError ? (
          <Fault title={FINDING.failed} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <span className="skeleton case-skeleton" aria-busy />
        )}
      </div>
    </div>
  );
}

function Page({ finding }: { readonly finding: Finding }) {
  const { mutate, error } = useFindingChange();
  const denied = useDenied('case:write');
  const { id } = finding;
  return (
    <article
      className="finding"
      aria-label={`#${finding.number} ${visibleLine(finding.title, TITLE_LENGTH)}`}
    >
      <header className="finding-head">
        <span className="finding-number">#{finding.number}</span>
        <h1>
          <ReadOnly why={denied}>
            <EditInPlace
              name={FINDING.title}
              edit={FINDING.editTitle}
              text={finding.title}
              none=""
              most={TITLE_LENGTH}
              onSave={(title) => mutate({ id, change: { title } })}
            />
          </ReadOnly>
        </h1>
      </header>
      {error === null ? null : (
        <p className="case-problem tone-error" role="alert">
          ✕ {FINDING.notWritten}: {error.message}
        </p>
      )}
      <DeniedLine why={denied} />
      <ReadOnly why={denied}>
        <FindingFacts finding={finding} onChange={(change) => mutate({ id, change })} />
        <Narrative
          id={id}
          text={finding.narrative}
          frames={finding.evidence.length}
          onSave={(narrative) => mutate({ id, change: { narrative } })}
        />
      </ReadOnly>
      <EvidenceList finding={finding} onOrder={(order) => mutate({ id, change: { order } })} />
      <History finding={finding} />
    </article>
  );
}

function History({ finding: { history } }: { readonly finding: Finding }) {
  return (
    <section aria-labelledby="finding-history">
      <h2 id="finding-history">{FINDING.history}</h2>
      {history.length === 0 ? <p className="cell-quiet">{FINDING.noHistory}</p> : null}
      <ol className="finding-history">
        {history.map(({ author, time, what }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- newest first, and it only grows: counted from its end
          <li key={history.length - index}>
            <time title={formatExact(time)}>{formatDateTime(time)}</time>
            <span title={FINDING.key(author.key)}>{visibleLine(author.name, NAME_LENGTH)}</span>
            <span>{visibleLine(what, 400)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
