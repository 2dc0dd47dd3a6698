/** How the host stands to the gateway, who decides here, and whether new requests are told of by the desktop. */
import type { FleetView } from '../../shared/api/fleet.ts';
import { Bell, BellOff, CircleAlert, PlugZap } from 'lucide-react';
import type { Inbox } from '../../shared/api/approvals.ts';
import { Button } from '../ui/Button.tsx';
import { formatNumberOf } from '../ui/format.ts';
import { SignInButton } from '../SignInButton.tsx';
import { APPROVALS, REQUEST } from '../words/approvals.ts';
import { useFleet } from '../fleet.ts';
import { FLEET } from '../words/fleet.ts';
import { useNotifications } from './use-notifications.ts';

const { head: WORDS } = APPROVALS;

export function GatewayLine({ inbox }: { readonly inbox: Inbox }) {
  const waiting = inbox.requests.filter(({ state }) => state === 'pending').length;
  const notifications = useNotifications();
  const fleet = useFleet();
  const linked = fleet?.enabled === true ? linkedWords(fleet) : null;
  const connected = inbox.gateway === 'connected';
  return (
    <header className="approvals-head">
      <p className="approvals-count" aria-live="polite">
        {waiting === 0 ? WORDS.nothing : WORDS.waiting(formatNumberOf(waiting, 'statement'))}
      </p>
      <p className={connected ? 'cell-quiet approvals-gateway' : 'tone-unknown approvals-gateway'}>
        {connected ? <PlugZap size={14} aria-hidden /> : <CircleAlert size={14} aria-hidden />}
        {linked === null ? WORDS.gateway[inbox.gateway] : linked}
      </p>
      {inbox.problem === null || inbox.gateway === 'none' ? null : (
        <p className="tone-error ellipsis" role="alert" title={inbox.problem}>
          ✕ {inbox.problem}
        </p>
      )}
      <span className="fill" />
      {notifications.state === 'unavailable' || !connected ? null : (
        <Button
          look="plain"
          pressed={notifications.state === 'on'}
          disabled={notifications.state === 'refused'}
          onClick={notifications.toggle}
        >
          {notifications.state === 'on' ? <Bell size={14} aria-hidden /> : <BellOff size={14} aria-hidden />}
          {notifications.state === 'refused' ? WORDS.notifyRefused : WORDS.notify}
        </Button>
      )}
      {inbox.signIn && inbox.person === null ? <SignInButton words={REQUEST.decide.signIn} /> : null}
      {inbox.person === null ? null : (
        <p className="approvals-person">
          {WORDS.as} <b>{inbox.person.name ?? inbox.person.subject}</b>
        </p>
      )}
    </header>
  );
}

/** How many of the gateways are there, and which are not. */
function linkedWords({ gateways }: FleetView): string {
  const linked = gateways.filter(({ state }) => state === 'linked').length;
  const away = gateways.flatMap(({ name, state }) => (state === 'away' ? [name] : []));
  const words = FLEET.linked(linked, gateways.length);
  return away.length === 0 ? words : `${words} · ${FLEET.awayNames(away.join(', '))}`;
}
