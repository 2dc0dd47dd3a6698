/** The app as one signed-in person sees it: one archive and one case for all, everything else their own. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { MAX_NAME } from '../../shared/findings/entry.ts';
import { createApp } from '../app.ts';
import { ApprovalDesk } from '../approval-desk.ts';
import type { Casework } from '../casework/casework.ts';
import { CommandError } from '../failure.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SignedIn } from '../identity/token-claims.ts';
import type { Integrity } from '../../shared/api/integrity.ts';
import type { IntegrityDesk } from '../integrity/integrity-of.ts';
import { NewsFeed } from '../news-feed.ts';
import { preferencesInFile } from '../preferences-file.ts';
import type { ReplayParts } from '../replay/replay-parts.ts';
import type { Admission } from './admission.ts';
import type { TeamSession } from './session.ts';

/** What people of a team share. */
export interface TeamParts {
  readonly reader: ArchiveReader;
  readonly casework: Casework;
  readonly integrity: IntegrityDesk;
  readonly parts: ReplayParts;
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
  readonly #feeds = new Set<NewsFeed>();

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

  tellIntegrity(integrity: Integrity): void {
    for (const feed of this.#feeds) feed.tell('integrity', integrity);
  }

  #make(session: TeamSession, closing: AbortSignal): App {
    const { reader, casework, integrity, parts, admission, version, socket, folder, report } = this.#team;
    const { fleet = null } = this.#team;
    const { person } = session.signedIn;
    const news = new NewsFeed();
    const desk = new ApprovalDesk({ socket, fleet, signIn: this.#deskSignIn(session) });
    this.#feeds.add(news);
    closing.addEventListener('abort', () => {
      this.#feeds.delete(news);
      desk.close();
    });
    const who = idOf(person);
    return createApp({
      reader,
      kind: 'server',
      version,
      authorise: () => session.may,
      admit: (route) => admission.person(who, route),
      membership: () => ({ roles: session.roles, csrf: session.csrf }),
      desk,
      ...(fleet !== null && { fleet }),
      casework: casework.as(nameOf(person)),
      news,
      integrity,
      parts,
      preferences: preferencesInFile({ folder: join(folder, who), now: Date.now, say: report }),
      closing,
      report,
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
