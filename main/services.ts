/** All that stands behind a window on one archive, whichever host serves it. */
import type { AppOptions } from './app.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { emptyReader } from './empty-reader.ts';
import { GatewayHouse } from './gateway-config/gateway-house.ts';
import type { GatewayRunner } from './gateway-config/gateway-runner.ts';
import type { Keychain } from './gateway-config/keychain.ts';
import { cacheOfUser, openReader } from './archives.ts';
import type { Casework } from './casework/casework.ts';
import { deskOf, type GatewayNamed } from './gateway-desk.ts';
import { integrityOf, type IntegrityDesk } from './integrity/integrity-of.ts';
import { NewsFeed } from './news-feed.ts';
import { openCase } from './open-case.ts';
import { preferencesOfUser } from './preferences-file.ts';

export interface ServicesOptions {
  /** null: none, and nothing is to be seen. */
  readonly archive: string | null;
  /** Whose held statements are shown. */
  readonly gateway: GatewayNamed;
  /** The file of the case; null: the archive’s own. */
  readonly case: string | null;
  /** Told in a line what went wrong with what is beside the archive. */
  readonly say: (line: string) => void;
  /** Told how an archive stands that somebody sent; absent: on standard error. */
  readonly sayStanding?: (line: string) => void;
  /** Shows an address in the person’s browser, where the host does that. */
  readonly openUrl?: (url: string) => void;
  /** Runs the gateway beside this host; absent: this host runs none. */
  readonly runner?: GatewayRunner;
  /** Keeps secrets of its configuration; absent: this host has none. */
  readonly keychain?: Keychain;
}

/** What a host hands to the API. */
export type ServedParts = Required<
  Pick<AppOptions, 'reader' | 'news' | 'preferences' | 'cache' | 'house'>
> & {
  readonly desk: ApprovalDesk;
  readonly casework?: Casework;
  readonly integrity?: IntegrityDesk;
};

export interface Services {
  readonly parts: ServedParts;
  close(): Promise<void>;
}

/** Rejects with ArchiveError, ConfigError, KeyError or CaseError; nothing stays open then. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { archive, gateway, say, sayStanding, openUrl, runner = null, keychain = null } = options;
  const desk = await deskOf(gateway, openUrl);
  const { config } = gateway;
  const standing = sayStanding === undefined ? {} : { say: sayStanding };
  const reader = archive === null ? emptyReader() : await openReader(archive, { config, ...standing });
  const news = new NewsFeed();
  const house = new GatewayHouse({
    configuration: config,
    desk,
    runner,
    keychain,
    reader,
    news,
    env: process.env,
    now: Date.now,
  });
  let casework: Casework | null = null;
  let integrity: IntegrityDesk | null = null;
  const close = async (): Promise<void> => {
    desk.close();
    house.close();
    casework?.close();
    integrity?.close();
    await reader.close();
  };
  try {
    if (archive !== null) {
      casework = await openCase({ reader, desk, archive, file: options.case, say });
      integrity = await integrityOf({
        archive,
        reader,
        config,
        tell: (told) => news.tell('integrity', told),
      });
    }
    const parts: ServedParts = {
      reader,
      desk,
      news,
      house,
      ...(integrity === null ? {} : { integrity }),
      ...(casework === null ? {} : { casework }),
      preferences: preferencesOfUser(say),
      cache: cacheOfUser(),
    };
    return { parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}
