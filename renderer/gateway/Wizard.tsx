/** Begins a configuration: where the record goes, who may come, which database. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectionForm, IssuerForm } from '../../shared/api/gateway-settings.ts';
import { api } from '../api.ts';
import { beginAnew } from '../start-points.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { CONNECTIONS } from '../words/gateway.ts';
import { WIZARD } from '../words/start.ts';
import { isWhole, NEW_CONNECTION, NEW_ISSUER } from './connection-form.ts';
import { ClearText } from './ClearText.tsx';
import { Conflict } from './Conflict.tsx';
import { ConnectionFields } from './ConnectionFields.tsx';
import { IssuerFields } from './IssuerFields.tsx';
import { TextField } from './TextField.tsx';
import { TriedList } from './TriedList.tsx';

/** For this machine, until there is another. */
const FIRST_ISSUER: IssuerForm = { ...NEW_ISSUER, name: 'dev', profile: 'development' };

interface WizardProps {
  /** Where it might be written. */
  readonly suggested: string;
  readonly onClose: () => void;
}

export function Wizard({ suggested, onClose }: WizardProps) {
  const [path, setPath] = useState(suggested);
  const [archive, setArchive] = useState('./archive');
  const [listen, setListen] = useState('127.0.0.1:6432');
  const [connection, setConnection] = useState<ConnectionForm>(NEW_CONNECTION);
  const [sure, setSure] = useState(false);
  const [issuer, setIssuer] = useState<IssuerForm>(FIRST_ISSUER);
  const write = useMutation({
    mutationFn: () => api.writeConfiguration({ path, archive, listen, connection, issuer }),
    onSuccess: () => beginAnew('/gateway'),
  });
  const test = useMutation({ mutationFn: () => api.testConnection({ name: null, connection }) });
  const change = (changed: ConnectionForm): void => {
    setConnection(changed);
    test.reset();
  };
  const whole =
    isWhole(connection) &&
    (connection.password.from !== 'text' || sure) &&
    [path, archive, listen, issuer.name].every((part) => part.trim() !== '');
  return (
    <Modal title={WIZARD.title} open onClose={onClose}>
      <form
        className="gateway-form"
        data-testid="wizard"
        onSubmit={(event) => {
          event.preventDefault();
          if (whole && !write.isPending) write.mutate();
        }}
      >
        <p className="gateway-wide cell-quiet">{WIZARD.means}</p>
        <TextField name={WIZARD.file} wide value={path} onChange={setPath} />
        <TextField name={WIZARD.archive} hint={WIZARD.archiveHint} value={archive} onChange={setArchive} />
        <TextField name={WIZARD.listen} hint={WIZARD.listenHint} value={listen} onChange={setListen} />
        <h3 className="gateway-wide section-title">{WIZARD.connection}</h3>
        <ConnectionFields form={connection} mayKeep={false} keychain={false} onChange={change} />
        {connection.password.from === 'text' ? <ClearText sure={sure} onSure={setSure} /> : null}
        <h3 className="gateway-wide section-title">{WIZARD.issuer}</h3>
        <IssuerFields form={issuer} onChange={setIssuer} />
        <div className="gateway-wide">
          {test.data === undefined ? null : <TriedList tried={test.data.tried} />}
          <Conflict error={write.error === null ? null : new Error(write.error.message)} before="" />
        </div>
        <div className="gateway-wide gateway-buttons">
          <Button onClick={onClose}>{WIZARD.cancel}</Button>
          <Button disabled={!isWhole(connection) || test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? CONNECTIONS.testing : CONNECTIONS.test}
          </Button>
          <Button look="primary" disabled={!whole || write.isPending} onClick={() => write.mutate()}>
            {write.isPending ? WIZARD.writing : WIZARD.write}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
