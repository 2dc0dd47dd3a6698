/** What this installation knows and says about new versions. */
import type { Surroundings } from '../surroundings.ts';
import { managedPath, readManaged } from './managed.ts';
import { updateFeedOf } from './update-feed.ts';
import { updateMode } from './update-mode.ts';
import { Updates, type UpdatesOptions } from './updates.ts';

export function updatesOf(around: Surroundings, told: Pick<UpdatesOptions, 'leave' | 'changed'>): Updates {
  const { shell, platform, env, here, file } = around;
  const feed = updateFeedOf(here.root);
  const mode = updateMode({
    packaged: shell.app.isPackaged,
    platform,
    appImage: env['APPIMAGE'] !== undefined,
    feed: feed !== null,
    managed: readManaged(managedPath(platform, env)),
    environment: env['AUDITORIUM_UPDATES'],
    person: file.now.updates,
  });
  return new Updates({ ...around, ...told, mode, feed, version: here.version });
}
