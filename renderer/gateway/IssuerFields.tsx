/** The fields of an issuer. */
import { useState } from 'react';
import { ISSUER_PROFILES, type IssuerForm } from '../../shared/api/gateway-settings.ts';
import { ISSUERS } from '../words/gateway.ts';
import { CONNECTIONS } from '../words/gateway.ts';
import { claimLines, claimsOf, listOf } from './connection-form.ts';
import { TextField } from './TextField.tsx';

interface IssuerFieldsProps {
  readonly form: IssuerForm;
  readonly onChange: (form: IssuerForm) => void;
}

const nullable = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

export function IssuerFields({ form, onChange }: IssuerFieldsProps) {
  const set = (changed: Partial<IssuerForm>): void => onChange({ ...form, ...changed });
  const [groups, setGroups] = useState(form.groups.join(', '));
  const [require, setRequire] = useState(claimLines(form.require));
  const development = form.profile === 'development';
  return (
    <>
      <TextField name={CONNECTIONS.name} value={form.name} onChange={(name) => set({ name })} />
      <label>
        {ISSUERS.profile}
        <select
          className="gateway-input"
          value={form.profile}
          onChange={({ target }) =>
            set({ profile: ISSUER_PROFILES.find((known) => known === target.value) ?? form.profile })
          }
        >
          {ISSUER_PROFILES.map((profile) => (
            <option key={profile} value={profile}>
              {ISSUERS.profiles[profile]}
            </option>
          ))}
        </select>
      </label>
      {development ? null : (
        <>
          <TextField
            name={ISSUERS.url}
            hint={ISSUERS.urlHint}
            value={form.issuer ?? ''}
            onChange={(typed) => set({ issuer: nullable(typed) })}
          />
          <TextField
            name={ISSUERS.audience}
            hint={ISSUERS.audienceHint}
            value={form.audience ?? ''}
            onChange={(typed) => set({ audience: nullable(typed) })}
          />
        </>
      )}
      <TextField
        name={ISSUERS.lifetime}
        hint={ISSUERS.lifetimeHint}
        value={form.lifetime ?? ''}
        onChange={(typed) => set({ lifetime: nullable(typed) })}
      />
      <TextField
        name={ISSUERS.groups}
        value={groups}
        onChange={(typed) => {
          setGroups(typed);
          set({ groups: listOf(typed) });
        }}
      />
      {development ? null : (
        <TextField
          name={ISSUERS.require}
          hint={ISSUERS.requireHint}
          wide
          lines={2}
          value={require}
          onChange={(typed) => {
            setRequire(typed);
            set({ require: claimsOf(typed) });
          }}
        />
      )}
    </>
  );
}
