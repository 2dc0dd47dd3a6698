/** The whole app on a small archive, as `auditorium open` shows it, with a user folder of the test's own. */
import { show, type Shown } from '../../main/show.ts';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import { ownFolder } from './hosted.ts';

/** An archive of one session with two statements; gone, with the app, when the stack is disposed of. */
export async function showSmallArchive(opened: AsyncDisposableStack): Promise<Shown> {
  const folder = await ownFolder(opened);
  writeSmallArchive(folder);
  return showArchive(opened, folder);
}

/** The app on an archive that is there. */
export async function showArchive(opened: AsyncDisposableStack, archive: string): Promise<Shown> {
  const shown = await show({
    archive,
    gateway: { config: null, control: null },
    case: null,
    browser: true,
    launch: false,
    port: 0,
  });
  opened.defer(() => shown.close());
  return shown;
}

/** A URL that signs in once. */
export function urlOf(shown: Shown): string {
  const url = shown.freshUrl();
  if (url === null) throw new Error('the desktop app listens on no port');
  return url;
}
