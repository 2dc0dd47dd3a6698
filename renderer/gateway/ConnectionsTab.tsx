/** Connections: databases as agents see them. */
import { useMutation } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionShown, Settings } from '../../shared/api/gateway-settings.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { CONNECTIONS } from '../words/gateway.ts';
import { formOf } from './connection-form.ts';
import { ConnectionForm } from './ConnectionForm.tsx';
import { FileLine } from './FileLine.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { SavedCard, type Saved } from './SavedCard.tsx';
import { Snippets } from './Snippets.tsx';
import { TriedList } from './TriedList.tsx';
import type { Changed } from './use-gateway.ts';

interface ConnectionsTabProps {
  readonly settings: Settings;
  /** Of the address: whose form is open. */
  readonly edit: string | null;
}

const to = (edit: string | null): void => goTo({ name: 'gateway', tab: 'connections', edit });

export function ConnectionsTab({ settings, edit }: ConnectionsTabProps) {
  const { connections } = settings;
  const edited = connections.find(({ name }) => name === edit);
  const [saved, setSaved] = useState<Saved | null>(null);
  const onSaved = (name: string, changed: Changed): void => {
    to(null);
    setSaved({ name, changed });
  };
  if (edit !== null && saved !== null) setSaved(null);
  return (
    <div className="gateway-list">
      <FileLine settings={settings}>
        <Button look="primary" onClick={() => to('')}>
          <Plus size={14} aria-hidden /> {CONNECTIONS.add}
        </Button>
      </FileLine>
      {edit === '' || edited !== undefined ? (
        <ConnectionForm
          key={edit}
          settings={settings}
          edited={edited ?? null}
          onClose={() => to(null)}
          onSaved={onSaved}
        />
      ) : null}
      {connections.length === 0 && edit !== '' ? (
        <Note title={CONNECTIONS.none}>
          <p>{CONNECTIONS.noneHow}</p>
        </Note>
      ) : null}
      {connections
        .filter((connection) => connection !== edited)
        .map((connection) => (
          <Card
            key={connection.name}
            connection={connection}
            settings={settings}
            saved={saved?.name === connection.name ? saved.changed : null}
          />
        ))}
    </div>
  );
}

function Card({
  connection,
  settings,
  saved,
}: {
  readonly connection: ConnectionShown;
  readonly settings: Settings;
  readonly saved: Changed | null;
}) {
  const [shown, setShown] = useState(false);
  const { name, host, port, database, user, groups, password } = connection;
  const test = useMutation({
    mutationFn: () => api.testConnection({ name, connection: formOf(connection) }),
  });
  const unset = password.from === 'env' && !password.set;
  return (
    <SavedCard name={name} saved={saved} testId="connection">
      <div className="gateway-card-head">
        <h2>{shownLine(name)}</h2>
        <span className="ellipsis">
          {shownLine(`${user}@${host}:${port}/${database}`)} ·{' '}
          {groups.length === 0 ? (
            <span className="tone-write">{CONNECTIONS.everybody}</span>
          ) : (
            CONNECTIONS.groups(groups.map((group) => shownLine(group)).join(', '))
          )}
          {password.from === 'text' ? <span className="tone-write"> · ⚠ {CONNECTIONS.inClear}</span> : null}
        </span>
        <span className="fill" />
        <Button pressed={shown} onClick={() => setShown(!shown)}>
          {CONNECTIONS.snippets}
        </Button>
        <Button disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? CONNECTIONS.testing : CONNECTIONS.test}
        </Button>
        <Button onClick={() => to(name)}>{CONNECTIONS.edit}</Button>
        <RemoveButton what="connection" name={name} settings={settings} />
      </div>
      {!unset ? null : settings.elsewhere ? (
        <p className="cell-quiet">{CONNECTIONS.unsetHere(shownLine(password.variable))}</p>
      ) : (
        <p className="tone-write">⚠ {CONNECTIONS.unset(shownLine(password.variable))}</p>
      )}
      {test.error === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {test.error.message}
        </p>
      )}
      {test.data === undefined ? null : <TriedList tried={test.data.tried} />}
      {shown ? <Snippets settings={settings} connection={name} /> : null}
    </SavedCard>
  );
}
