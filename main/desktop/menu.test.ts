import { expect, test } from 'vitest';
import { menuModel, type MenuEntry, type MenuFacts } from './menu.ts';
import { menuTemplate } from './menu-template.ts';

const FACTS: MenuFacts = { platform: 'linux', recent: [], gateway: null, update: 'Check for updates…' };

/** Every entry with what it lies in. */
function flat(entries: readonly MenuEntry[], within = ''): string[] {
  return entries.flatMap((entry) => {
    if ('submenu' in entry) return flat(entry.submenu, `${within}${entry.label} > `);
    if ('role' in entry) return [`${within}[${entry.role}]`];
    return 'label' in entry ? [within + entry.label] : [];
  });
}

test('the menu opens archives, goes to the places of the window, and starts a gateway', () => {
  expect(flat(menuModel(FACTS))).toEqual([
    '&File > Open archive or bundle…',
    '&File > Open folder of archives…',
    '&File > Open recent > Nothing was opened yet',
    '&File > [quit]',
    '&Edit > [undo]',
    '&Edit > [redo]',
    '&Edit > [cut]',
    '&Edit > [copy]',
    '&Edit > [paste]',
    '&Edit > [selectAll]',
    '&View > [reload]',
    '&View > [resetZoom]',
    '&View > [zoomIn]',
    '&View > [zoomOut]',
    '&View > [togglefullscreen]',
    '&View > [toggleDevTools]',
    '&Go > Sessions',
    '&Go > Statements',
    '&Go > Approvals',
    '&Go > Findings',
    'Gate&way > Start a gateway…',
    '&Help > About Auditorium',
    '&Help > Check for updates…',
  ]);
});

test('on macOS the app has a menu of its own, which quits it', () => {
  const mac = flat(menuModel({ ...FACTS, platform: 'darwin' }));
  expect(mac.filter((entry) => entry.endsWith('[quit]'))).toEqual(['Auditorium > [quit]']);
});

test('archives that were opened are listed by name and place, their text made harmless', () => {
  const menu = menuModel({ ...FACTS, recent: ['/home/ada/a&b.audit', '/tmp/\u202Egnp.audit'] });
  expect(flat(menu).slice(2, 5)).toEqual([
    '&File > Open recent > a&&b.audit — /home/ada/a&&b.audit',
    '&File > Open recent > ⟨U+202E⟩gnp.audit — /tmp/⟨U+202E⟩gnp.audit',
    '&File > Open recent > Clear this list',
  ]);
});

test('a gateway that this app runs is told of, and can be stopped', () => {
  const menu = menuModel({ ...FACTS, gateway: 'The gateway listens on 127.0.0.1:6432' });
  expect(flat(menu).slice(-4, -2)).toEqual([
    'Gate&way > The gateway listens on 127.0.0.1:6432',
    'Gate&way > Stop the gateway',
  ]);
});

test('accelerators are each given once', () => {
  const keys = JSON.stringify(menuModel(FACTS)).match(/(?<="accelerator":")[^"]+/g) ?? [];
  expect(keys).toEqual([
    'CmdOrCtrl+O',
    'CmdOrCtrl+Shift+O',
    'CmdOrCtrl+1',
    'CmdOrCtrl+2',
    'CmdOrCtrl+3',
    'CmdOrCtrl+4',
  ]);
});

test('a choice carries out what its entry means, and nothing that only says something can be chosen', () => {
  const acts: unknown[] = [];
  const [file] = menuTemplate(menuModel(FACTS), (act) => acts.push(act));
  for (const entry of file?.submenu ?? []) entry.click?.();
  expect(acts).toEqual([
    { kind: 'open', what: 'file' },
    { kind: 'open', what: 'folder' },
  ]);
  expect(file?.submenu?.find(({ label }) => label === 'Open recent')?.submenu).toEqual([
    { label: 'Nothing was opened yet', enabled: false },
  ]);
});
