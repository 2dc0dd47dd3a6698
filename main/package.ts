/** Where Auditorium lies, as sources in a checkout or built, and which version it is. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Package {
  /** The folder of package.json. */
  readonly root: string;
  readonly version: string;
  /** Whether its sources are here and can be built. */
  readonly checkout: boolean;
  /** The folder of the built window. */
  readonly renderer: string;
  /** The built entry of the desktop app. */
  readonly electronEntry: string;
}

/** The package that holds the given module. */
export function packageOf(folder: string): Package {
  const root = rootOf(folder);
  const version = versionIn(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const checkout = existsSync(join(root, 'renderer/index.html'));
  return {
    root,
    version,
    checkout,
    renderer: join(root, 'out/renderer'),
    electronEntry: join(root, 'out/main/electron.js'),
  };
}

function rootOf(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new TypeError('no package.json above this module');
  return rootOf(above);
}

/** Without zod: this is read before every command, and zod takes longer to load than the rest of most commands. */
function versionIn(json: unknown): string {
  if (typeof json === 'object' && json !== null && 'version' in json && typeof json.version === 'string') {
    return json.version;
  }
  throw new TypeError('package.json has no version');
}
