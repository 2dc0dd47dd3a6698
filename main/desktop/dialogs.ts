/** What the desktop app asks the person, and tells them. */
import { toCommandError } from '../failure.ts';
import { judgeLink } from './external-link.ts';
import type { DesktopShell } from './shell.ts';
import type { Surroundings } from './surroundings.ts';
import { ABOUT, DIALOG } from './words.ts';

type Dialogs = Pick<DesktopShell, 'dialog'>;

/** A path, or null when they chose none. */
export async function chooseArchive({ dialog }: Dialogs, what: 'file' | 'folder'): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: DIALOG.chooseArchive,
    // Only on macOS one dialog chooses both.
    properties: [what === 'file' ? 'openFile' : 'openDirectory'],
    filters: [
      { name: DIALOG.archives, extensions: ['audit', 'zip'] },
      { name: DIALOG.allFiles, extensions: ['*'] },
    ],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

export async function chooseConfig({ dialog }: Dialogs): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: DIALOG.chooseConfig,
    properties: ['openFile'],
    filters: [{ name: DIALOG.configurations, extensions: ['yaml', 'yml'] }],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Whether an archive that was dropped is to take the place of the open one. */
export async function confirmReplace({ dialog }: Dialogs, path: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: DIALOG.replace(path),
    detail: DIALOG.replaces,
    buttons: [DIALOG.open, DIALOG.cancel],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}

/** Agents lose their connections: whether to quit all the same. */
export async function confirmEndGateway({ dialog }: Dialogs): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: DIALOG.endGateway,
    detail: DIALOG.endGatewayDetail,
    buttons: [DIALOG.endAnyway, DIALOG.cancel],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** Shows where a link leads, and follows it if the person wants to and its host is on the list. */
export async function followLink(
  { dialog, shell, clipboard }: Pick<DesktopShell, 'dialog' | 'shell' | 'clipboard'>,
  link: string,
  { linkHosts, file }: { readonly linkHosts: readonly string[]; readonly file: string },
): Promise<void> {
  const judged = judgeLink(link, linkHosts);
  if (judged.kind === 'refused') return;
  const { url, host } = judged;
  const listed = judged.kind === 'listed';
  const buttons = [...(listed ? [DIALOG.open] : []), DIALOG.copy, DIALOG.cancel];
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: listed ? DIALOG.link(host) : DIALOG.unlisted(host),
    detail: listed ? url : DIALOG.unlistedDetail(url, file),
    buttons,
    defaultId: buttons.length - 1,
    cancelId: buttons.length - 1,
  });
  if (buttons[response] === DIALOG.open) await shell.openExternal(url);
  else if (buttons[response] === DIALOG.copy) clipboard.writeText(url);
}

/** An error box in words and a code. */
export function tellFailure({ dialog }: Dialogs, title: string, thrown: unknown): void {
  const { code, message } = toCommandError(thrown);
  dialog.showErrorBox(title, DIALOG.failure(message, code));
}

/** Which version this is, where it runs, and who updates it. */
export async function tellAbout(
  { dialog }: Dialogs,
  { here, platform, arch }: Pick<Surroundings, 'here' | 'platform' | 'arch'>,
  updates: string,
): Promise<void> {
  await dialog.showMessageBox({
    type: 'info',
    message: ABOUT.title(here.version),
    detail: ABOUT.detail(updates, `${platform} ${arch}`),
    buttons: [DIALOG.close],
  });
}
