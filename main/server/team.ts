/** A running team server: composes what people share, what is each one's own, and what listens. */
import type { ServeConfig } from '../../gateway/config.ts';
import type { IssuerConfig } from '../../gateway/identity/issuer-config.ts';
import type { Integrity } from '../../shared/api/integrity.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { FleetHost } from '../fleet/fleet-host.ts';
import { type Certificate, startTeamServer } from '../hosts/server.ts';
import { openReplayParts } from '../replay/replay-parts.ts';
import { Admission } from './admission.ts';
import { PersonApps } from './person-app.ts';
import type { RoleGroups, TeamSession } from './session.ts';
import { Sessions } from './sessions.ts';
import { SignIns } from './sign-ins.ts';
import { TeamHost } from './team-host.ts';
import { TeamIssuer } from './team-issuer.ts';
import type { OpenStore, TeamStore } from './team-store.ts';

/** Between two looks at whose time is over, ms: a live stream outlives its session by at most so long. */
const SWEEP_MS = 1_000;

export interface TeamOptions {
  readonly serve: ServeConfig;
  readonly roles: RoleGroups;
  /** The gateway's control socket. */
  readonly socket: string;
  readonly issuer: IssuerConfig;
  /** null: behind proxies. */
  readonly certificate: Certificate | null;
  /** At least one; what people see first who see several is the first of them. */
  readonly stores: readonly [TeamStore, ...TeamStore[]];
  /** The gateways that dial it; null: none may. */
  readonly fleet?: Fleet | null;
  /** For what can be made anew; absent: nothing is kept. */
  readonly cache?: string;
  /** Where what people keep for themselves lies. */
  readonly folder: string;
  readonly version: string;
  /** The folder of the built window. */
  readonly renderer: string;
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

export interface Team {
  readonly port: number;
  /** Of a store, by its name. */
  tellIntegrity(store: string, integrity: Integrity): void;
  /** Signs everybody out and ends every connection; what it was given stays open. */
  close(): Promise<void>;
}

/** Rejects with the system's error, such as EADDRINUSE, or OpenSSL's. */
export async function startTeam(options: TeamOptions): Promise<Team> {
  const { serve, roles, issuer, certificate, version, renderer, now, report } = options;
  const closing = new AbortController();
  const team = new TeamIssuer({ serve, issuer, now });
  const sessions = new Sessions({
    roles,
    idle: serve.idle,
    lifetime: serve.lifetime,
    renew: (signedIn) => team.renew(signedIn),
    now,
  });
  const signOut = (session: TeamSession): Promise<string | null> => {
    session.end();
    void team.revoke(session.signedIn);
    return team.leaving(session.signedIn);
  };
  const [first, ...others] = options.stores;
  const opened = (store: TeamStore): OpenStore => ({
    ...store,
    parts: openReplayParts({ ...options, reader: store.reader, closing: closing.signal }),
  });
  const stores = [opened(first), ...others.map(opened)] as const;
  const admission = new Admission(now);
  const apps = new PersonApps({ ...options, stores, rights: serve.rights, admission }, signOut);
  const { fleet = null } = options;
  const host = new TeamHost({
    fleet: fleet && new FleetHost({ fleet, stranger: (address) => admission.stranger(address) }),
    origin: serve.origin,
    behindProxy: certificate === null,
    issuer: team,
    sessions,
    signIns: new SignIns(now),
    apps,
    admission,
    reader: first.reader,
    version,
    renderer,
    closing: closing.signal,
    report,
  });
  const sweeping = setInterval(() => void sessions.sweep().catch(report), SWEEP_MS);
  const end = (): void => {
    clearInterval(sweeping);
    sessions.endAll();
    closing.abort();
    team.close();
  };
  try {
    const server = await startTeamServer(host, serve, certificate);
    return {
      port: server.port,
      tellIntegrity: (store, integrity) => apps.tellIntegrity(store, integrity),
      async close() {
        end();
        await server.close();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
