/** The gateway: how it is, what it is configured to, and what agents may do. */
import { Tabs } from 'radix-ui';
import { useEffect } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import type { FleetView } from '../../shared/api/fleet.ts';
import { useFleet } from '../fleet.ts';
import { GATEWAY_TABS, goTo, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { GATEWAY_WORDS } from '../words/gateway.ts';
import { ConnectionsTab } from './ConnectionsTab.tsx';
import { FleetTab } from './FleetTab.tsx';
import './gateway.css';
import { IssuersTab } from './IssuersTab.tsx';
import { PolicyTab } from './PolicyTab.tsx';
import { StateLine } from './StateLine.tsx';
import { StatusTab } from './StatusTab.tsx';
import { useSettings, useStatus } from './use-gateway.ts';

/** Where one stands in it. */
export interface GatewayPlaceProps {
  readonly place: Extract<Place, { name: 'gateway' }>;
}

export function GatewayPlace({ place }: GatewayPlaceProps) {
  const status = useStatus();
  const fleet = useFleet();
  const ofFleet = fleet?.enabled === true;
  // A team server of a fleet need know no configuration of a gateway: its fleet is what there is to see.
  const alone = ofFleet && status.data === undefined && status.error !== null;
  useEffect(() => {
    if (alone && place.tab !== 'fleet')
      goTo({ name: 'gateway', tab: 'fleet', edit: null }, { replace: true });
  }, [alone, place.tab]);
  const tabs = GATEWAY_TABS.filter((tab) => (tab === 'fleet' ? ofFleet : !alone));
  const to = (tab: string): void => {
    const known = GATEWAY_TABS.find((one) => one === tab);
    if (known !== undefined) goTo({ name: 'gateway', tab: known, edit: null });
  };
  return (
    <Tabs.Root className="gateway" value={place.tab} onValueChange={to}>
      <h1 className="hidden-text">{GATEWAY_WORDS.title}</h1>
      <div className="gateway-head">
        <Tabs.List className="gateway-tabs" aria-label={GATEWAY_WORDS.title}>
          {tabs.map((tab) => (
            <Tabs.Trigger key={tab} value={tab} className="gateway-tab">
              {GATEWAY_WORDS.tabs[tab]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="fill" />
        {status.data === undefined ? null : <StateLine status={status.data} />}
      </div>
      <Tabs.Content value={place.tab} className="gateway-body" data-testid={`gateway-${place.tab}`}>
        {place.tab === 'status' ? (
          <Status status={status} />
        ) : place.tab === 'fleet' ? (
          <FleetOf fleet={fleet} />
        ) : (
          <Configured place={place} />
        )}
      </Tabs.Content>
    </Tabs.Root>
  );
}

function FleetOf({ fleet }: { readonly fleet: FleetView | null }) {
  if (fleet === null) return <span className="skeleton gateway-skeleton" aria-busy />;
  return fleet.enabled ? <FleetTab fleet={fleet} /> : <NoConfiguration />;
}

function Status({ status: { data, error, refetch } }: { readonly status: ReturnType<typeof useStatus> }) {
  if (data === undefined) {
    if (error === null) return <span className="skeleton gateway-skeleton" aria-busy />;
    return isNoGateway(error) ? (
      <NoConfiguration />
    ) : (
      <Fault title={GATEWAY_WORDS.failed} error={error} onRetry={() => void refetch()} />
    );
  }
  return data.state === 'none' ? <NoConfiguration /> : <StatusTab status={data} />;
}

/** What takes the configuration. */
function Configured({ place }: GatewayPlaceProps) {
  const { data, error, refetch } = useSettings();
  if (data === undefined) {
    if (error === null) return <span className="skeleton gateway-skeleton" aria-busy />;
    return isNoGateway(error) ? (
      <NoConfiguration />
    ) : (
      <Fault title={GATEWAY_WORDS.settingsFailed} error={error} onRetry={() => void refetch()} />
    );
  }
  switch (place.tab) {
    case 'connections':
      return <ConnectionsTab settings={data} edit={place.edit} />;
    case 'issuers':
      return <IssuersTab settings={data} edit={place.edit} />;
    case 'policy':
      return <PolicyTab settings={data} />;
    case 'status':
    case 'fleet':
      return null;
  }
}

function isNoGateway(error: Error): boolean {
  return error instanceof ApiError && error.code === 'NOT_AVAILABLE_HERE';
}

function NoConfiguration() {
  return (
    <Note title={GATEWAY_WORDS.noConfiguration}>
      <p>{GATEWAY_WORDS.noConfigurationHow}</p>
      <p>
        <code>{GATEWAY_WORDS.byCommand}</code>
      </p>
      <Button look="primary" onClick={() => goTo({ name: 'start' })}>
        {GATEWAY_WORDS.begin}
      </Button>
    </Note>
  );
}
