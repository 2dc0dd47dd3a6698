/** Issuers: whose tokens are taken, and how one would be judged. */
import { useMutation } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { IssuerShown, Settings } from '../../shared/api/gateway-settings.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { CONNECTIONS, ISSUERS } from '../words/gateway.ts';
import { FileLine } from './FileLine.tsx';
import { IssuerForm } from './IssuerForm.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { SavedCard, type Saved } from './SavedCard.tsx';
import { TokenJudge } from './TokenJudge.tsx';
import { TriedList } from './TriedList.tsx';
import type { Changed } from './use-gateway.ts';

interface IssuersTabProps {
  readonly settings: Settings;
  /** Of the address: whose form is open. */
  readonly edit: string | null;
}

const to = (edit: string | null): void => goTo({ name: 'gateway', tab: 'issuers', edit });

export function IssuersTab({ settings, edit }: IssuersTabProps) {
  const { issuers } = settings;
  const edited = issuers.find(({ name }) => name === edit);
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
          <Plus size={14} aria-hidden /> {ISSUERS.add}
        </Button>
      </FileLine>
      {edit === '' || edited !== undefined ? (
        <IssuerForm
          key={edit}
          settings={settings}
          edited={edited ?? null}
          onClose={() => to(null)}
          onSaved={onSaved}
        />
      ) : null}
      {issuers.length === 0 && edit !== '' ? (
        <Note title={ISSUERS.none}>
          <p>{ISSUERS.noneHow}</p>
        </Note>
      ) : null}
      {issuers
        .filter((issuer) => issuer !== edited)
        .map((issuer) => (
          <Card
            key={issuer.name}
            issuer={issuer}
            settings={settings}
            saved={saved?.name === issuer.name ? saved.changed : null}
          />
        ))}
      {issuers.length === 0 ? null : <TokenJudge />}
    </div>
  );
}

function Card({
  issuer,
  settings,
  saved,
}: {
  readonly issuer: IssuerShown;
  readonly settings: Settings;
  readonly saved: Changed | null;
}) {
  const { name, profile, issuer: url, audience } = issuer;
  const check = useMutation({ mutationFn: () => api.testIssuer({ issuer }) });
  const facts = [ISSUERS.profiles[profile], url, audience].filter((fact) => fact !== null);
  return (
    <SavedCard name={name} saved={saved} testId="issuer">
      <div className="gateway-card-head">
        <h2>{shownLine(name)}</h2>
        <span className="ellipsis">{facts.map((fact) => shownLine(fact)).join(' · ')}</span>
        <span className="fill" />
        <Button disabled={check.isPending} onClick={() => check.mutate()}>
          {ISSUERS.check}
        </Button>
        <Button onClick={() => to(name)}>{CONNECTIONS.edit}</Button>
        <RemoveButton what="issuer" name={name} settings={settings} />
      </div>
      {check.error === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {check.error.message}
        </p>
      )}
      {check.data === undefined ? null : <TriedList tried={check.data.tried} />}
    </SavedCard>
  );
}
