/** Takes a connection or an issuer out of the file, once it was asked twice. */
import { useState } from 'react';
import type { Settings } from '../../shared/api/gateway-settings.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { CONNECTIONS, ISSUERS } from '../words/gateway.ts';
import { Conflict } from './Conflict.tsx';
import { useChange } from './use-gateway.ts';

interface RemoveButtonProps {
  readonly what: 'connection' | 'issuer';
  readonly name: string;
  readonly settings: Settings;
}

export function RemoveButton({ what, name, settings }: RemoveButtonProps) {
  const [asked, setAsked] = useState(false);
  const drop = useChange((input: Parameters<typeof api.dropSetting>[0]) => api.dropSetting(input));
  const sure = what === 'connection' ? CONNECTIONS.removeSure(name) : ISSUERS.removeSure(name);
  return (
    <>
      <Button onClick={() => setAsked(true)}>{CONNECTIONS.remove}</Button>
      <Modal title={sure} open={asked} onClose={() => setAsked(false)}>
        <Conflict error={drop.error} before={settings.text} />
        <div className="gateway-buttons">
          <Button onClick={() => setAsked(false)}>{CONNECTIONS.cancel}</Button>
          <Button
            look="primary"
            disabled={drop.isPending}
            onClick={() => drop.mutate({ revision: settings.revision, what, name })}
          >
            {CONNECTIONS.remove}
          </Button>
        </div>
      </Modal>
    </>
  );
}
