/** Shows an archive in the app: the desktop app where there is one, else the browser host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openReader } from './archives.ts';
import { wholeName } from './bucket.ts';
import { ensureBuilt } from './built.ts';
import { electronBinary, hasDisplay, openInBrowser } from './desktop.ts';
import { CommandError } from './failure.ts';
import { startWebHost } from './hosts/web.ts';
import { gatewayArguments, type GatewayNamed } from './gateway-desk.ts';
import { packageOf, type Package } from './package.ts';
import { caseArguments } from './open-case.ts';
import { note } from './terminal.ts';
import { Turning } from './turning.ts';

export interface ShowOptions {
  /** null: none yet; the window says where one can begin. */
  readonly archive: string | null;
  /** Whose held statements the app shows. */
  readonly gateway: GatewayNamed;
  /** The file of the case; null: the archive’s own. */
  readonly case: string | null;
  /** The browser host even where Electron could run. */
  readonly browser: boolean;
  /** Whether a window is to open by itself. */
  readonly launch: boolean;
  /** Of the browser host; 0: any free one. */
  readonly port: number;
}

/** The app on an archive. */
export interface Shown {
  /** A URL that signs in once, and another at each call; null for the desktop app, which listens on no port. */
  freshUrl(): string | null;
  /** Resolves when the person closed the desktop app; never for the browser host. */
  readonly left: Promise<void>;
  close(): Promise<void>;
}

const NO_BINARY = 'Electron’s program is not installed (npx install-electron fetches it)';
const NO_DISPLAY = 'there is no display';

/** Rejects with ArchiveError or CommandError. */
export async function show(options: ShowOptions): Promise<Shown> {
  const here = packageOf(import.meta.dirname);
  if (options.browser || !options.launch) return showInBrowser(options, here);
  const electron = electronBinary(here.root, process.env);
  const display = hasDisplay(process.env, process.platform);
  if (electron !== null && display) return showInElectron(electron, here, options);
  note(`no desktop app here, as ${display ? NO_BINARY : NO_DISPLAY}: it opens in a browser`);
  return showInBrowser(options, here);
}

async function showInBrowser(options: ShowOptions, here: Package): Promise<Shown> {
  const turning = await Turning.open(options);
  try {
    await ensureBuilt(here, 'window', note);
    const host = await startWebHost({
      ...turning.parts,
      version: here.version,
      port: options.port,
      renderer: here.renderer,
      report: (error) => note(`INTERNAL: ${error instanceof Error ? error.message : String(error)}`),
    });
    turning.follow((parts) => host.turnTo(parts));
    if (options.launch && hasDisplay(process.env, process.platform))
      openInBrowser(host.freshUrl(), process.platform);
    return {
      freshUrl: () => host.freshUrl(),
      left: new Promise(() => undefined),
      async close() {
        await host.close();
        await turning.close();
      },
    };
  } catch (error) {
    await turning.close();
    throw cannotListen(error, options.port);
  }
}

/** Opened once here first, so that an archive that cannot be read is told on the command line. */
async function showInElectron(
  program: string,
  here: Package,
  { archive, gateway, case: file }: ShowOptions,
): Promise<Shown> {
  if (archive !== null) await (await openReader(archive, { config: gateway.config })).close();
  await ensureBuilt(here, 'app', note);
  // The channel tells it when this process is gone, however that came about.
  const named = [
    ...gatewayArguments(gateway),
    ...caseArguments(file),
    ...(archive === null ? [] : [wholeName(archive)]),
  ];
  const child = spawn(program, [here.electronEntry, ...named], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const left = once(child, 'exit').then(() => undefined);
  await once(child, 'spawn');
  return {
    freshUrl: () => null,
    left,
    async close() {
      child.kill();
      await left;
    },
  };
}

function cannotListen(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen') return error;
  if ('code' in error && error.code === 'EADDRINUSE') {
    const message = `another program listens on 127.0.0.1:${port}; take another --port, or none for any free one`;
    return new CommandError('PORT_TAKEN', message, { cause: error });
  }
  return new CommandError('CANNOT_LISTEN', `cannot listen on 127.0.0.1:${port}: ${error.message}`, {
    cause: error,
  });
}
