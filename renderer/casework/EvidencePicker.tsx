/** Chooses, or names, the finding that a frame goes to. All by keys: type, ↑ ↓, Enter. */
import { Plus } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { FINDING_SEVERITIES, type FindingSeverity } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useFindings, useWriting } from '../casework.ts';
import { Button } from '../ui/Button.tsx';
import { GLYPH } from '../ui/marks.tsx';
import { SEVERITY_NAMES } from '../words/casework.ts';
import { EVIDENCE } from '../words/evidence.ts';
import { NOTES } from '../words/notes.ts';
import { addFrames, type Target } from './add-frames.ts';
import { findFindings } from './find-findings.ts';
import { closeWriting } from './marking.ts';
import { ScopeField } from './ScopeField.tsx';
import type { Scope } from './scopes.ts';

/** Longest title shown. */
const TITLE_LENGTH = 120;

interface EvidencePickerProps {
  readonly scopes: readonly Scope[];
  /** The finding used last. */
  readonly last: string | null;
}

export function EvidencePicker({ scopes, last }: EvidencePickerProps) {
  const [name, setName] = useState(scopes[0]?.name ?? 'session');
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [severity, setSeverity] = useState<FindingSeverity>('medium');
  const [caption, setCaption] = useState('');
  const list = useId();
  const findings = useFindings();
  const found = findFindings(findings.data ?? [], typed, last);
  const title = typed.trim();
  // The last line makes a new finding.
  const line = Math.min(at, found.length);
  const chosen = found[line];
  const target: Target | null =
    chosen !== undefined
      ? { kind: 'known', finding: chosen }
      : title === ''
        ? null
        : { kind: 'new', title, severity };
  const adding = useWriting(async (to: Target) => {
    const scope = scopes.find((each) => each.name === name);
    if (scope !== undefined) await addFrames(to, [scope.place, ...(scope.further ?? [])], caption);
  });
  const scope = scopes.find((each) => each.name === name);
  const ready = target !== null && findings.isSuccess && !adding.isPending;
  const add = (): void => {
    if (ready) adding.mutate(target, { onSuccess: () => closeWriting(true) });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      setAt((line + move + found.length + 1) % (found.length + 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      add();
    }
  };

  return (
    <div className="note-form">
      {scope === undefined ? null : <ScopeField scopes={scopes} chosen={scope} onScope={setName} />}
      <input
        className="text-field"
        role="combobox"
        aria-label={EVIDENCE.search}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={`${list}-${line}`}
        placeholder={EVIDENCE.searchHint}
        value={typed}
        autoFocus
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={EVIDENCE.list} className="finding-options">
        {found.map((finding, index) => (
          <Option
            key={finding.id}
            id={`${list}-${index}`}
            chosen={index === line}
            onChoose={() => setAt(index)}
          >
            <span className="cell-quiet">#{finding.number}</span>
            <span className="ellipsis">{visibleLine(finding.title, TITLE_LENGTH)}</span>
            <span className="cell-quiet">
              {SEVERITY_NAMES[finding.severity]} · {finding.status} ·{' '}
              {EVIDENCE.frames(finding.evidence.length)}
            </span>
          </Option>
        ))}
        <Option
          id={`${list}-${found.length}`}
          chosen={line === found.length}
          onChoose={() => setAt(found.length)}
        >
          <Plus size={GLYPH} aria-hidden />
          <span className="ellipsis">{EVIDENCE.newFinding(visibleLine(title, TITLE_LENGTH))}</span>
        </Option>
      </div>
      {findings.isPending ? <p className="cell-quiet">{EVIDENCE.loading}</p> : null}
      {chosen === undefined ? (
        <label className="form-line">
          {EVIDENCE.severity}
          <select
            className="text-field"
            value={severity}
            onChange={(event) =>
              setSeverity(FINDING_SEVERITIES.find((each) => each === event.target.value) ?? 'medium')
            }
          >
            {FINDING_SEVERITIES.map((each) => (
              <option key={each} value={each}>
                {SEVERITY_NAMES[each]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <input
        className="text-field"
        aria-label={EVIDENCE.caption}
        placeholder={`${EVIDENCE.caption}: ${EVIDENCE.captionHint}`}
        value={caption}
        onChange={(event) => setCaption(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {adding.error === null && findings.error === null ? null : (
        <p className="tone-error" role="alert">
          {EVIDENCE.failed((adding.error ?? findings.error)?.message ?? '')}
        </p>
      )}
      <div className="form-buttons">
        <Button look="primary" disabled={!ready} onClick={add}>
          {adding.isPending ? EVIDENCE.adding : chosen === undefined ? EVIDENCE.make : EVIDENCE.add}
        </Button>
        <Button look="plain" onClick={() => closeWriting(false)}>
          {NOTES.cancel}
        </Button>
      </div>
    </div>
  );
}

interface OptionProps {
  readonly id: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: React.ReactNode;
}

function Option({ id, chosen, onChoose, children }: OptionProps) {
  return (
    <div id={id} role="option" aria-selected={chosen} className="finding-option" onClick={onChoose}>
      {children}
    </div>
  );
}
