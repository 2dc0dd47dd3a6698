/** A connection that is added or changed: tried before it is written, written where comments stay. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectionForm as Form, ConnectionShown, Settings } from '../../shared/api/gateway-settings.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { CONNECTIONS } from '../words/gateway.ts';
import { formOf, isWhole, NEW_CONNECTION } from './connection-form.ts';
import { ClearText } from './ClearText.tsx';
import { Conflict } from './Conflict.tsx';
import { ConnectionFields } from './ConnectionFields.tsx';
import { TriedList } from './TriedList.tsx';
import { useChange, type Changed } from './use-gateway.ts';

interface ConnectionFormProps {
  readonly settings: Settings;
  /** null: one is added. */
  readonly edited: ConnectionShown | null;
  readonly onClose: () => void;
  /** It stands in the file under this name now. */
  readonly onSaved: (name: string, changed: Changed) => void;
}

export function ConnectionForm({ settings, edited, onClose, onSaved }: ConnectionFormProps) {
  const [form, setForm] = useState<Form>(() => (edited === null ? NEW_CONNECTION : formOf(edited)));
  const [sure, setSure] = useState(false);
  const put = useChange(
    (input: Parameters<typeof api.putConnection>[0]) => api.putConnection(input),
    (changed, { connection }) => onSaved(connection.name, changed),
  );
  const test = useMutation({
    mutationFn: () => api.testConnection({ name: edited?.name ?? null, connection: form }),
  });
  const whole = isWhole(form) && (form.password.from !== 'text' || sure);
  const save = (): void =>
    put.mutate({ revision: settings.revision, name: edited?.name ?? null, connection: form });
  const change = (changed: Form): void => {
    setForm(changed);
    // What was found out is of what stood there before.
    test.reset();
    put.reset();
  };
  return (
    <form
      className="gateway-card gateway-form"
      aria-label={edited === null ? CONNECTIONS.add : edited.name}
      data-testid="connection-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (whole && !put.isPending) save();
      }}
    >
      <ConnectionFields
        form={form}
        mayKeep={edited !== null}
        keychain={settings.keychain === null}
        onChange={change}
      />
      {form.password.from === 'text' ? <ClearText sure={sure} onSure={setSure} /> : null}
      {edited === null || edited.others.length === 0 ? null : (
        <p className="gateway-wide cell-quiet">{CONNECTIONS.others(edited.others.join(', '))}</p>
      )}
      <div className="gateway-wide">
        {test.error === null ? null : (
          <p className="tone-error" role="alert">
            ✕ {test.error.message}
          </p>
        )}
        {test.data === undefined ? null : <TriedList tried={test.data.tried} />}
        <Conflict error={put.error} before={settings.text} />
      </div>
      <div className="gateway-wide gateway-buttons">
        <Button onClick={onClose}>{CONNECTIONS.cancel}</Button>
        <Button disabled={!isWhole(form) || test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? CONNECTIONS.testing : CONNECTIONS.test}
        </Button>
        <Button look="primary" disabled={!whole || put.isPending} onClick={save}>
          {CONNECTIONS.save}
        </Button>
      </div>
    </form>
  );
}
