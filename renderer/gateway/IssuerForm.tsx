/** An issuer that is added or changed; what it says of itself is fetched before it is written. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { IssuerForm as Form, IssuerShown, Settings } from '../../shared/api/gateway-settings.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { CONNECTIONS, ISSUERS } from '../words/gateway.ts';
import { NEW_ISSUER } from './connection-form.ts';
import { Conflict } from './Conflict.tsx';
import { IssuerFields } from './IssuerFields.tsx';
import { TriedList } from './TriedList.tsx';
import { useChange, type Changed } from './use-gateway.ts';

interface IssuerFormProps {
  readonly settings: Settings;
  /** null: one is added. */
  readonly edited: IssuerShown | null;
  readonly onClose: () => void;
  /** It stands in the file under this name now. */
  readonly onSaved: (name: string, changed: Changed) => void;
}

export function IssuerForm({ settings, edited, onClose, onSaved }: IssuerFormProps) {
  const [form, setForm] = useState<Form>(() => startOf(edited));
  const put = useChange(
    (input: Parameters<typeof api.putIssuer>[0]) => api.putIssuer(input),
    (changed, { issuer }) => onSaved(issuer.name, changed),
  );
  const check = useMutation({ mutationFn: () => api.testIssuer({ issuer: form }) });
  const save = (): void =>
    put.mutate({ revision: settings.revision, name: edited?.name ?? null, issuer: form });
  const named = form.name.trim() !== '';
  const change = (changed: Form): void => {
    setForm(changed);
    // What was found out is of what stood there before.
    check.reset();
    put.reset();
  };
  return (
    <form
      className="gateway-card gateway-form"
      aria-label={edited === null ? ISSUERS.add : edited.name}
      data-testid="issuer-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (named && !put.isPending) save();
      }}
    >
      <IssuerFields form={form} onChange={change} />
      {edited === null || edited.others.length === 0 ? null : (
        <p className="gateway-wide cell-quiet">{CONNECTIONS.others(edited.others.join(', '))}</p>
      )}
      <div className="gateway-wide">
        {check.error === null ? null : (
          <p className="tone-error" role="alert">
            ✕ {check.error.message}
          </p>
        )}
        {check.data === undefined ? null : <TriedList tried={check.data.tried} />}
        <Conflict error={put.error} before={settings.text} />
      </div>
      <div className="gateway-wide gateway-buttons">
        <Button onClick={onClose}>{CONNECTIONS.cancel}</Button>
        <Button disabled={!named || check.isPending} onClick={() => check.mutate()}>
          {ISSUERS.check}
        </Button>
        <Button look="primary" disabled={!named || put.isPending} onClick={save}>
          {CONNECTIONS.save}
        </Button>
      </div>
    </form>
  );
}

function startOf(edited: IssuerShown | null): Form {
  if (edited === null) return NEW_ISSUER;
  const { others: _, ...form } = edited;
  return form;
}
