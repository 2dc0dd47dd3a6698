/** The app as one signed-in person sees it: stores and cases are shared by who has the right to them, everything else is their own. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { RightConfig } from '../../gateway/config.ts';
import { ApiError } from '../../shared/api/error.ts';
import type { Permission } from '../../shared/api/permission.ts';
import type { SessionId } from '../../shared/api/session.ts';
import { MAX_NAME } from '../../shared/findings/entry.ts';
import { type AppOptions, createApp } from '../app.ts';
import { ApprovalDesk } from '../approval-desk.ts';
import { CommandError } from '../failure.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { FollowedSessions } from '../fleet/followed-sessions.ts';
import type { SignedIn } from '../identity/token-claims.ts';
import type { Integrity } from '../../shared/api/integrity.ts';
import { NewsFeed } from '../news-feed.ts';
import { preferencesInFile } from '../preferences-file.ts';
import { limitedReader } from '../rights/limited-reader.ts';
import type { Rights } from '../rights/rights.ts';
import { seenFleet, type SeenFleet } from '../rights/seen-fleet.ts';
import { type Connections, sightsOf } from '../rights/sight.ts';
import type { Admission } from './admission.ts';
import type { TeamSession } from './session.ts';
import type { OpenStore } from './team-store.ts';

/** What people of a team share. */
export interface TeamParts {
  readonly stores: readonly OpenStore[];
  /** null: everybody with a role sees everything. */
  readonly rights: readonly RightConfig[] | null;
  readonly admission: Admission;
  /** The gateways that dial the server; null: none may. */
  readonly fleet?: Fleet | null;
  readonly version: string;
  /** The gateway's control socket. */
  readonly socket: string;
  /** Where what people keep for themselves lies. */
  readonly folder: string;
  readonly report: (error: unknown) => void;
}

type App = (request: Request) => Promise<Response>;

export class PersonApps {
  readonly #team: TeamParts;
  /** Gives where their session at the issuer ends, where that has such a place. */
  readonly #signOut: (session: TeamSession) => Promise<string | null>;
  /** By what ends them. */
  readonly #apps = new WeakMap<AbortSignal, App>();
  /** Of those who see all of a store, by its name. */
  readonly #feeds = new Map<NewsFeed, string>();

  constructor(team: TeamParts, signOut: (session: TeamSession) => Promise<string | null>) {
    this.#team = team;
    this.#signOut = signOut;
  }

  /** Made anew when the person's roles have changed. */
  of(session: TeamSession): App {
    const { standing } = session;
    const app = this.#apps.get(standing) ?? this.#make(session, standing);
    this.#apps.set(standing, app);
    return app;
  }

  tellIntegrity(store: string, integrity: Integrity): void {
    for (const [feed, name] of this.#feeds) if (name === store) feed.tell('integrity', integrity);
  }

  /** What the person sees, by store. */
  #sights({ signedIn: { person } }: TeamSession): ReadonlyMap<string, Connections> {
    const { stores, rights } = this.#team;
    return sightsOf(
      person.groups,
      rights,
      stores.map(({ name }) => name),
    );
  }

  /** The store that the person looks at; null: they see none. */
  #chosen(session: TeamSession, sights: ReadonlyMap<string, Connections>): OpenStore | null {
    const seen = this.#team.stores.filter(({ name }) => sights.has(name));
    return seen.find(({ name }) => name === session.store) ?? seen[0] ?? null;
  }

  #make(session: TeamSession, closing: AbortSignal): App {
    const { stores, admission, version, socket, folder, report, fleet = null } = this.#team;
    const { person } = session.signedIn;
    const sights = this.#sights(session);
    const chosen = this.#chosen(session, sights);
    const news = new NewsFeed();
    closing.addEventListener('abort', () => {
      this.#feeds.delete(news);
      followed?.close();
      desk.close();
    });
    const who = idOf(person);
    const seen = stores.flatMap(({ name }) =>
      sights.has(name) ? [{ name, chosen: name === chosen?.name }] : [],
    );
    const shown = shownTo(chosen, sights, nameOf(person));
    const seenOf = fleet === null || chosen === null ? null : this.#fleetOf(fleet, chosen, shown.rights);
    const desk = new ApprovalDesk({
      socket,
      fleet: seenOf,
      signIn: this.#deskSignIn(session),
      // The gateway beside a server of several stores is none of theirs.
      ...((shown.rights || stores.length > 1) && {
        sees: (name: string) => stores.length === 1 && shown.rights?.connections.has(name) === true,
      }),
    });
    const followed = this.#followedBy(session, seenOf, shown.reader ?? null);
    if (chosen !== null && shown.rights === null) this.#feeds.set(news, chosen.name);
    return createApp({
      // Who sees no store is let to nothing that would read one.
      reader: stores[0]?.reader as ArchiveReader,
      ...shown,
      kind: 'server',
      version,
      authorise: () => (chosen === null ? ownAlone(session.may) : session.may),
      admit: (route) => admission.person(who, route),
      membership: () => ({
        roles: session.roles,
        csrf: session.csrf,
        stores: seen,
        choose: (name) => {
          if (!sights.has(name)) throw new ApiError('NOT_FOUND', `there is no store ${name}`);
          session.choose(name);
        },
      }),
      desk,
      ...(seenOf !== null && { fleet: seenOf }),
      ...(followed !== null && { followed }),
      news,
      preferences: preferencesInFile({ folder: join(folder, who), now: Date.now, say: report }),
      closing,
      report,
    });
  }

  /** What runs on those gateways, read by the person's own token. */
  #followedBy(
    session: TeamSession,
    fleet: SeenFleet | null,
    base: ArchiveReader | null,
  ): FollowedSessions | null {
    if (fleet === null || base === null) return null;
    const token = async () => (session.isOver ? null : session.signedIn.accessToken);
    return new FollowedSessions({ base, fleet, token, now: Date.now });
  }

  /** A server of one store has every gateway for it; of several each has those that it names. */
  #fleetOf(fleet: Fleet, { gateways }: OpenStore, rights: Rights | null | undefined): SeenFleet {
    const others = this.#team.stores.length > 1 ? [] : null;
    const named = gateways ?? others;
    return seenFleet(fleet, {
      gateways: named === null ? null : new Set(named),
      connections: rights?.connections ?? null,
    });
  }

  /** To the gateway each acts by their own token; to sign in anew is the host's. */
  #deskSignIn(session: TeamSession): ConstructorParameters<typeof ApprovalDesk>[0]['signIn'] {
    return {
      current: async () => (session.isOver ? null : session.signedIn.person),
      token: async () => (session.isOver ? null : session.signedIn.accessToken),
      begin: () => Promise.reject(new CommandError('UNSUPPORTED', 'one signs in to a team server itself')),
      end: async () => ({ was: true, issuer: await this.#signOut(session) }),
    };
  }
}

/** What of the app is the store's, as much as the person sees of it. */
function shownTo(
  store: OpenStore | null,
  sights: ReadonlyMap<string, Connections>,
  name: string,
): Pick<AppOptions, 'casework' | 'integrity' | 'parts' | 'rights'> & Partial<Pick<AppOptions, 'reader'>> {
  if (store === null) return { rights: null };
  const { reader, casework, integrity, parts } = store;
  const connections = sights.get(store.name) ?? null;
  if (connections === null) return { reader, casework: casework.as(name), integrity, parts, rights: null };
  const limited = limitedReader(reader, connections);
  const rights = { connections, sees: (id: SessionId) => limited.sees(id) };
  return { reader: limited, casework: casework.as(name, rights.sees), parts, rights };
}

/** What may be asked by somebody who has roles, and the right to no store. */
function ownAlone(may: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return new Set([...may].filter((permission) => permission === 'public' || permission === 'person:own'));
}

/** Of the person in file names: the same after every sign-in, and of nobody else. */
export function idOf({ issuer, subject }: Pick<SignedIn, 'issuer' | 'subject'>): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 32);
}

/** Leaves room for a name beside it. */
const LONGEST_SUBJECT = 120;

/**
 * Under which the person writes to the case: as they are called, and, which nobody else can be, as their issuer knows them. What
 * stands between the last angle brackets is the verified subject.
 */
export function nameOf({ name, subject, issuer }: Pick<SignedIn, 'name' | 'subject' | 'issuer'>): string {
  const fits = subject.length <= LONGEST_SUBJECT && !/[<>]/.test(subject);
  const sure = fits ? subject : idOf({ issuer, subject });
  const called = (name ?? '').replaceAll(/[<>]/g, '').trim();
  return called === '' ? `<${sure}>` : `${called.slice(0, MAX_NAME - sure.length - 3)} <${sure}>`;
}
