/** Whether this installation may look for updates, and who decides that. Nothing is ever installed without asking. */
import { UPDATE } from '../words.ts';

/** Somebody's wish. */
export const UPDATE_WISHES = ['off', 'on-request', 'daily'] as const;
export type UpdateWish = (typeof UPDATE_WISHES)[number];

/** What it depends on. */
export interface UpdateFacts {
  readonly packaged: boolean;
  readonly platform: NodeJS.Platform;
  /** On Linux: whether it runs from an AppImage. Other packages are the system's to update. */
  readonly appImage: boolean;
  /** Whether this build names a feed, and the key that signs it. */
  readonly feed: boolean;
  /** Of whoever runs this machine; null: nobody has said that somebody does. */
  readonly managed: { readonly updates: UpdateWish | null } | null;
  /** AUDITORIUM_UPDATES. */
  readonly environment: string | undefined;
  /** Of the person, in desktop.json. */
  readonly person: UpdateWish | null;
}

/** `off` says why in words. */
export type UpdateMode =
  | { readonly kind: 'off'; readonly why: string }
  /** When somebody asks for it. */
  | { readonly kind: 'on-request' }
  /** Once a day by itself; what is found is told, not fetched. */
  | { readonly kind: 'daily' };

/** Who runs the machine has the last word; an installation that somebody manages is theirs to update unless they say otherwise. */
export function updateMode(facts: UpdateFacts): UpdateMode {
  const { packaged, platform, appImage, feed, managed, environment, person } = facts;
  if (!packaged) return off(UPDATE.fromSources);
  if (!feed) return off(UPDATE.noFeed);
  if (platform === 'linux' && !appImage) return off(UPDATE.bySystem);
  if (managed !== null) return of(managed.updates ?? 'off', UPDATE.managed);
  if (environment !== undefined && environment !== '') {
    const wish = UPDATE_WISHES.find((known) => known === environment);
    return wish === undefined ? off(UPDATE.unknownWish(environment)) : of(wish, UPDATE.byEnvironment);
  }
  return of(person ?? 'daily', UPDATE.byPerson);
}

function of(wish: UpdateWish, why: string): UpdateMode {
  return wish === 'off' ? off(why) : { kind: wish };
}

function off(why: string): UpdateMode {
  return { kind: 'off', why };
}
