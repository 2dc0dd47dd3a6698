/** The fields of a connection. */
import { useState } from 'react';
import { SSL_MODE_NAMES, type ConnectionForm, type SecretForm } from '../../shared/api/gateway-settings.ts';
import { CONNECTIONS } from '../words/gateway.ts';
import { listOf, secretOf } from './connection-form.ts';
import { TextField } from './TextField.tsx';

interface ConnectionFieldsProps {
  readonly form: ConnectionForm;
  /** Whether there is a secret that can stay as it is. */
  readonly mayKeep: boolean;
  /** Whether this host keeps secrets in a keychain. */
  readonly keychain: boolean;
  readonly onChange: (form: ConnectionForm) => void;
}

export function ConnectionFields({ form, mayKeep, keychain, onChange }: ConnectionFieldsProps) {
  const set = (changed: Partial<ConnectionForm>): void => onChange({ ...form, ...changed });
  const [groups, setGroups] = useState(form.groups.join(', '));
  const words = CONNECTIONS;
  return (
    <>
      <TextField
        name={words.name}
        hint={words.nameHint}
        value={form.name}
        onChange={(name) => set({ name })}
      />
      <TextField name={words.database} value={form.database} onChange={(database) => set({ database })} />
      <TextField
        name={words.host}
        hint={words.hostHint}
        value={form.host}
        onChange={(host) => set({ host })}
      />
      <TextField
        name={words.port}
        value={String(form.port)}
        onChange={(port) => set({ port: Number(port.replaceAll(/\D/g, '').slice(0, 5)) || 0 })}
      />
      <TextField name={words.user} value={form.user} onChange={(user) => set({ user })} />
      <SecretField
        secret={form.password}
        without={[...(mayKeep ? [] : (['keep'] as const)), ...(keychain ? [] : (['keychain'] as const))]}
        onChange={(password) => set({ password })}
      />
      <label>
        {words.sslmode}
        <select
          className="gateway-input"
          value={form.sslmode ?? ''}
          onChange={({ target }) =>
            set({ sslmode: SSL_MODE_NAMES.find((mode) => mode === target.value) ?? null })
          }
        >
          <option value="">{words.byDefault}</option>
          {SSL_MODE_NAMES.map((mode) => (
            <option key={mode}>{mode}</option>
          ))}
        </select>
      </label>
      <TextField
        name={words.rootcert}
        hint={words.rootcertHint}
        value={form.sslrootcert ?? ''}
        onChange={(path) => set({ sslrootcert: path.trim() === '' ? null : path.trim() })}
      />
      <TextField
        name={words.groupsLabel}
        hint={words.groupsHint}
        wide
        value={groups}
        onChange={(typed) => {
          setGroups(typed);
          set({ groups: listOf(typed) });
        }}
      />
    </>
  );
}

interface SecretFieldProps {
  readonly secret: SecretForm;
  /** What it cannot be. */
  readonly without: readonly SecretForm['from'][];
  readonly onChange: (secret: SecretForm) => void;
}

const KINDS = ['keep', 'keychain', 'env', 'file', 'command', 'none', 'text'] as const;

function SecretField({ secret, without, onChange }: SecretFieldProps) {
  const [typed, setTyped] = useState('');
  const kinds = KINDS.filter((kind) => !without.includes(kind));
  const change = (from: SecretForm['from'], text: string): void => {
    setTyped(text);
    onChange(secretOf(from, text));
  };
  const { from } = secret;
  return (
    <div className="gateway-secret">
      <label>
        {CONNECTIONS.password}
        <select
          className="gateway-input"
          value={from}
          onChange={({ target }) => change(kinds.find((kind) => kind === target.value) ?? from, '')}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {CONNECTIONS.secrets[kind]}
            </option>
          ))}
        </select>
      </label>
      {from === 'keep' || from === 'none' ? null : (
        <input
          className="gateway-input"
          type={from === 'text' || from === 'keychain' ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          aria-label={CONNECTIONS.secrets[from]}
          placeholder={CONNECTIONS.secretHints[from]}
          value={typed}
          onChange={({ target }) => change(from, target.value)}
        />
      )}
    </div>
  );
}
