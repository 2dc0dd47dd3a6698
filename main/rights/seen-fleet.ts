/** The gateways of a fleet as somebody sees them: those of the store that they look at, and what is on their connections. */
import { CommandError } from '../failure.ts';
import { addressed } from '../fleet/addresses.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** What of a fleet people are shown, and do. */
export type SeenFleet = Pick<
  Fleet,
  'view' | 'sessions' | 'requests' | 'listen' | 'show' | 'decide' | 'gatewayOf' | 'end' | 'recent' | 'read'
>;

/** Which gateways and connections; each null is all of them. */
export interface FleetSight {
  readonly gateways: ReadonlySet<string> | null;
  readonly connections: ReadonlySet<string> | null;
}

/** What is on a gateway, or a connection, that is not seen is not there. */
export function seenFleet(fleet: Fleet, { gateways, connections }: FleetSight): SeenFleet {
  const isOurs = (gateway: string | undefined): boolean =>
    gateways === null || (gateway !== undefined && gateways.has(gateway));
  const isSeen = (gateway: string | undefined, connection: string): boolean =>
    isOurs(gateway) && (connections === null || connections.has(connection));
  const show: Fleet['show'] = async (address) => {
    const isThere = isOurs(addressed(address)?.gateway);
    const request = isThere ? await fleet.show(address) : null;
    if (request === null || !isSeen(addressed(address)?.gateway, request.connection))
      throw new CommandError('REQUEST_NOT_FOUND', `there is no request ${address}`);
    return request;
  };
  return {
    view: () => ({ ...fleet.view(), gateways: fleet.view().gateways.filter(({ name }) => isOurs(name)) }),
    sessions: (name) => fleet.sessions(name, ({ gateway, connection }) => isSeen(gateway, connection)),
    requests: () => fleet.requests().filter(({ gateway, connection }) => isSeen(gateway?.name, connection)),
    listen: (listener) =>
      fleet.listen((news) => {
        if (news.kind !== 'request' || isSeen(news.request.gateway?.name, news.request.connection))
          listener(news);
      }),
    show,
    decide: async (address, decision, token) => {
      await show(address);
      return fleet.decide(address, decision, token);
    },
    gatewayOf: (session) => {
      const gateway = fleet.gatewayOf(session);
      return gateway !== null && isOurs(gateway) ? gateway : null;
    },
    end: (name, session, reason, token) => fleet.end(name, session, reason, token),
    recent: (session) => {
      const found = fleet.recent(session);
      return found !== null && isSeen(found.gateway, found.connection) ? found : null;
    },
    read: (name, session, question, token) => fleet.read(name, session, question, token),
  };
}
