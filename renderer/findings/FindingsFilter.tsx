/** Which findings are shown: words, severity, assignee, and as what. */
import { FINDING_SEVERITIES, type Finding } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { SEVERITY_NAMES } from '../words/casework.ts';
import { FINDINGS } from '../words/findings.ts';
import { assigneesOf } from './arranged.ts';
import type { FindingsAt } from './FindingsPlace.tsx';
import { SearchField } from './SearchField.tsx';

/** Of options that are no value of their own. */
const ANY = '*';
const NOBODY = '';

/** Characters of a name in the choice. */
const NAME_LENGTH = 40;

interface FindingsFilterProps {
  readonly place: FindingsAt;
  readonly findings: readonly Finding[];
  readonly shown: number;
}

export function FindingsFilter({ place, findings, shown }: FindingsFilterProps) {
  const change = (next: Partial<FindingsAt>): void => goTo({ ...place, ...next }, { replace: true });
  const names = new Set([...assigneesOf(findings), ...(place.assignee ? [place.assignee] : [])]);
  return (
    <div className="case-filter">
      <SearchField
        name={FINDINGS.search}
        hint={FINDINGS.searchHint}
        text={place.text}
        onChange={(text) => change({ text })}
      />
      <select
        className="field"
        aria-label={FINDINGS.severity}
        value={place.severity ?? ANY}
        onChange={({ target }) =>
          change({ severity: FINDING_SEVERITIES.find((known) => known === target.value) ?? null })
        }
      >
        <option value={ANY}>{FINDINGS.anySeverity}</option>
        {FINDING_SEVERITIES.toReversed().map((severity) => (
          <option key={severity} value={severity}>
            {SEVERITY_NAMES[severity]}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={FINDINGS.assignee}
        value={place.assignee ?? ANY}
        onChange={({ target }) => change({ assignee: target.value === ANY ? null : target.value })}
      >
        <option value={ANY}>{FINDINGS.anyAssignee}</option>
        <option value={NOBODY}>{FINDINGS.nobody}</option>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {visibleLine(name, NAME_LENGTH)}
          </option>
        ))}
      </select>
      <span className="cell-quiet case-count" role="status">
        {FINDINGS.shown(shown, findings.length)}
      </span>
      <span className="fill" />
      <span className="case-views" role="group" aria-label={FINDINGS.view}>
        <Button pressed={place.view === 'board'} onClick={() => change({ view: 'board' })}>
          {FINDINGS.board}
        </Button>
        <Button pressed={place.view === 'list'} onClick={() => change({ view: 'list' })}>
          {FINDINGS.list}
        </Button>
      </span>
    </div>
  );
}
