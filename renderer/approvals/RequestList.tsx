/** Requests, those that wait first; j and k go through them wherever the focus is. */
import { Fragment, useEffect } from 'react';
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useKeys } from '../ui/keys.ts';
import { moveOf, useListKeys } from '../ui/list-keys.ts';
import { Verb } from '../ui/marks.tsx';
import { APPROVALS } from '../words/approvals.ts';
import { Deadline } from './Deadline.tsx';
import { StateMark } from './StateMark.tsx';

/** Characters of a statement, and of a name, shown on a line. */
const LINE_LENGTH = 160;
const NAME_LENGTH = 60;

/** Requests that Page moves over. */
const PAGE = 8;

const { list: WORDS } = APPROVALS;

interface RequestListProps {
  readonly requests: readonly ApprovalRow[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

export function RequestList({ requests, selected, onSelect }: RequestListProps) {
  const index = requests.findIndex(({ id }) => id === selected);
  const select = (at: number): void => {
    const request = requests[at];
    if (request !== undefined) onSelect(request.id);
  };
  const onKeyDown = useListKeys({ count: requests.length, index, page: () => PAGE, select, open: select });
  const move = (key: string) => () => {
    const to = moveOf(key, { count: requests.length, index, page: () => PAGE });
    if (to !== null) select(to);
  };
  useKeys({ j: move('j'), k: move('k') });
  useEffect(() => {
    if (selected !== null)
      document.getElementById(`request-${selected}`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <section className="panel approvals-list" aria-label={WORDS.name}>
      <ul
        className="panel-scroll"
        role="listbox"
        tabIndex={0}
        aria-label={WORDS.name}
        aria-activedescendant={selected === null ? undefined : `request-${selected}`}
        onKeyDown={onKeyDown}
      >
        {requests.map((request, at) => (
          <Fragment key={request.id}>
            {startsPart(requests, at) ? (
              <li role="presentation" className="section-title request-part">
                {request.state === 'pending' ? WORDS.waiting : WORDS.over}
              </li>
            ) : null}
            <li
              id={`request-${request.id}`}
              role="option"
              aria-selected={request.id === selected}
              className="request-row"
              data-testid="request-row"
              onClick={() => onSelect(request.id)}
            >
              <span className="request-line">
                <span className="request-id">#{request.id}</span>
                <span className="request-asker ellipsis">
                  {visibleLine(request.asker.subject, NAME_LENGTH)}
                </span>
                {request.state === 'pending' ? (
                  <Deadline request={request} />
                ) : (
                  <StateMark state={request.state} />
                )}
              </span>
              <span className="request-line">
                <Verb verb={request.verbs[0] ?? ''} />
                <code className="ellipsis request-text">{visibleLine(request.preview, LINE_LENGTH)}</code>
              </span>
              <span className="request-line cell-quiet">
                <span className="ellipsis">
                  {request.gateway === undefined ? '' : `${request.gateway.name} · `}
                  {visibleLine(request.asker.job ?? request.connection, NAME_LENGTH)} ·{' '}
                  {request.rules.join(', ')}
                </span>
              </span>
            </li>
          </Fragment>
        ))}
      </ul>
    </section>
  );
}

/** Where those that wait begin, and where the others do. */
function startsPart(requests: readonly ApprovalRow[], at: number): boolean {
  const waits = (row: ApprovalRow | undefined): boolean => row?.state === 'pending';
  return at === 0 || waits(requests[at]) !== waits(requests[at - 1]);
}
