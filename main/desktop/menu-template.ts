/** The menu as Electron takes it. */
import type { MenuAct, MenuEntry, Role } from './menu.ts';

/** What of Electron’s template is used. */
export interface MenuTemplate {
  type?: 'separator';
  role?: Role;
  label?: string;
  accelerator?: string;
  enabled?: boolean;
  click?: () => void;
  submenu?: MenuTemplate[];
}

export function menuTemplate(entries: readonly MenuEntry[], act: (act: MenuAct) => void): MenuTemplate[] {
  return entries.map((entry) => {
    if ('submenu' in entry) return { label: entry.label, submenu: menuTemplate(entry.submenu, act) };
    if (!('act' in entry)) return { ...entry };
    const { act: asked, ...shown } = entry;
    return { ...shown, click: () => act(asked) };
  });
}
