/** Begins a finding. */
import { useState } from 'react';
import { FINDING_SEVERITIES, type FindingSeverity } from '../../shared/findings/finding.ts';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { SEVERITY_NAMES } from '../words/casework.ts';
import { NEW_FINDING } from '../words/findings.ts';

/** What the API takes of a title. */
const TITLE_LENGTH = 200;

interface NewFindingDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function NewFindingDialog({ open, onClose }: NewFindingDialogProps) {
  return (
    <Modal title={NEW_FINDING.title} open={open} onClose={onClose}>
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { readonly onClose: () => void }) {
  const [title, setTitle] = useState('');
  const [severity, setSeverity] = useState<FindingSeverity>('medium');
  const [narrative, setNarrative] = useState('');
  const making = useWriting((input: Parameters<typeof api.makeFinding>[0]) => api.makeFinding(input));
  const make = (): void => {
    if (title.trim() === '' || making.isPending) return;
    making.mutate(
      { title: title.trim(), severity, narrative },
      {
        onSuccess: ({ id }) => {
          onClose();
          goTo({ name: 'finding', id });
        },
      },
    );
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <label>
        {NEW_FINDING.name}
        <input
          className="field"
          value={title}
          maxLength={TITLE_LENGTH}
          placeholder={NEW_FINDING.nameHint}
          // One types at once.
          autoFocus
          onChange={({ target }) => setTitle(target.value)}
        />
      </label>
      <label>
        {NEW_FINDING.severity}
        <select
          className="field"
          value={severity}
          onChange={({ target }) =>
            setSeverity(FINDING_SEVERITIES.find((known) => known === target.value) ?? severity)
          }
        >
          {FINDING_SEVERITIES.map((known) => (
            <option key={known} value={known}>
              {SEVERITY_NAMES[known]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {NEW_FINDING.narrative}
        <textarea
          className="field"
          rows={5}
          value={narrative}
          onChange={({ target }) => setNarrative(target.value)}
        />
      </label>
      <p className="cell-quiet">{NEW_FINDING.framesLater}</p>
      {making.error === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {NEW_FINDING.failed}: {making.error.message}
        </p>
      )}
      <div className="form-end">
        <Button onClick={onClose}>{NEW_FINDING.cancel}</Button>
        <Button look="primary" disabled={title.trim() === '' || making.isPending} onClick={make}>
          {NEW_FINDING.make}
        </Button>
      </div>
    </form>
  );
}
