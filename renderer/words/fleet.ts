/** Words of the gateways that dial a team server. */
import type { FleetGateway } from '../../shared/api/fleet.ts';

export const FLEET = {
  tab: 'Gateways',
  none: 'No gateway may dial this server yet',
  noneHow:
    'Gateways behind NAT keep a link to this server: what they hold and who is connected is then seen here. Let one in, and put what is printed into its gateway.fleet.secret:',
  byCommand: 'auditorium fleet add NAME --config serve.yaml',
  gateways: 'Gateways',
  sessions: 'Sessions that run on them',
  noSessions: 'Nobody is connected to any of them.',
  more: (shown: string, total: string) => `the newest ${shown} of ${total}`,
  sessionsFailed: 'The sessions could not be had',
  columns: {
    name: 'gateway',
    link: 'link',
    software: 'version',
    sessions: 'sessions',
    waiting: 'held',
    behind: 'archive behind',
    policy: 'policy',
    where: 'dials from',
  },
  states: { linked: 'linked', away: 'away', never: 'not seen yet' } satisfies Record<
    FleetGateway['state'],
    string
  >,
  since: (time: string) => `since ${time}`,
  neverMeans: 'it has not dialled since this server was started',
  notReady: 'it runs, and takes no sessions',
  draining: 'it takes no new sessions, and waits for busy ones',
  level: 'level',
  remoteLacks: (events: string) => `the remote store lacks ${events}`,
  remoteFails: (why: string) => `the remote store takes nothing: ${why}`,
  noPolicy: 'none',
  ownPolicy: 'its own',
  fleetPolicy: (version: string) => `of ${version}`,
  offered: (version: string) => `that of ${version} is offered`,
  refused: (why: string) => `does not take what is offered: ${why}`,
  clash: (address: string, time: string) =>
    `another gateway dialled by this name from ${address} at ${time}, and was refused: give each a name of its own`,
  linked: (linked: number, all: number) => `${linked} of ${all} gateways linked`,
  awayNames: (names: string) => `away: ${names}`,
  onGateway: 'gateway',
  decideAway: (name: string, time: string) =>
    `${name} is away since ${time}: nobody can decide from here, and unless somebody does there, it is refused in time.`,
  running: (sessions: string) => `${sessions} on the fleet now`,
  runningMeans:
    'Gateways tell of their sessions as they run; this list has them once the archive does. Who runs what is on the gateways’ page.',
  followed: (gateway: string) => `followed on ${gateway}`,
  followedMeans:
    'read from the gateway itself while it runs: the archive has it later, and what proves it too',
  notFollowed: (gateway: string, why: string) =>
    `it ran on ${gateway} just now, which does not show it here (${why}): what follows is what the archive has so far`,
  awaySince: (time: string) => `away since ${time}`,
} as const;
