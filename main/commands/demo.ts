/** `auditorium demo`: a story recorded through a real gateway, shown in the app, until it is told to end. */
import { join } from 'node:path';
import { publicKeyPath } from '../../gateway/archive/key-file.ts';
import { readSettings, userFolder } from '../../gateway/config.ts';
import { makeShop, placesIn, REVIEWERS } from '../demo/configuration.ts';
import { startDatabase } from '../demo/database.ts';
import { keyNameOf, makeDemoFolder, removeOldDatabases, removeOldDemos } from '../demo/folder.ts';
import type { GatewayProcess } from '../demo/gateway-process.ts';
import { startGateway } from '../demo/gateway-start.ts';
import { npmGone } from '../demo/parent.ts';
import { storyRecorded } from '../demo/recorded.ts';
import { DEPLOYER } from '../demo/story/stage.ts';
import { playStory, SESSIONS } from '../demo/story/story.ts';
import { expiredToken, tokensOf } from '../demo/tokens.ts';
import { offerLinks } from '../links.ts';
import { pinKeys } from '../pinned-keys.ts';
import { show, type Shown } from '../show.ts';
import { toldToEnd } from '../shutdown.ts';
import { note, print, printJson } from '../terminal.ts';

export interface DemoOptions {
  /** The ready line as JSON. */
  readonly json: boolean;
  /** The browser host even where Electron could run. */
  readonly browser: boolean;
  /** Whether the app is to open by itself. */
  readonly launch: boolean;
  /** Of the browser host; 0: any free one. */
  readonly port: number;
}

/** Everything it starts ends with it, in reverse order, whether it was ready or not. */
export async function demo(options: DemoOptions): Promise<void> {
  const ending = new AbortController();
  void Promise.race([toldToEnd(), npmGone(ending.signal)]).then(() => ending.abort());
  await using started = new AsyncDisposableStack();
  try {
    await runDemo(options, started, ending);
  } catch (error) {
    // Told to end while it started: what was going on fails then, and that is no failure.
    if (!ending.signal.aborted) throw error;
  }
}

async function runDemo(
  options: DemoOptions,
  started: AsyncDisposableStack,
  ending: AbortController,
): Promise<void> {
  const { signal } = ending;
  const home = userFolder(process.env);
  const [removed] = await Promise.all([removeOldDemos(home), removeOldDatabases()]);
  if (removed > 0) note(`removed what ${removed} earlier demo${removed === 1 ? '' : 's'} had recorded`);
  const folder = await makeDemoFolder(home, new Date());
  const places = placesIn(folder);

  note('starting PostgreSQL 18 …');
  const [database, expired] = await Promise.all([
    startDatabase(signal).then((running) => started.use(running)),
    expiredToken(places.spool, DEPLOYER),
  ]);
  const password = await makeShop(database);
  signal.throwIfAborted();

  note('starting the gateway …');
  const gateway = started.use(await startGateway(places, database, password, signal));

  pinKeys(keyNameOf(folder), gateway.key, process.env);

  note('recording a story through it …');
  const { host } = gateway;
  const settings = (await readSettings(places.config)).gateway;
  const { person, waiting } = await playStory({
    host,
    port: gateway.port,
    control: settings.control,
    ...tokensOf(places.spool),
    expired,
    signal,
  });
  started.use(waiting);
  await storyRecorded(places.archive, SESSIONS, signal);

  const shown = await show({
    ...options,
    archive: places.archive,
    gateway: { config: places.config, control: null },
    case: join(folder, 'demo.case'),
  });
  started.defer(() => shown.close());
  printReady(options, places.archive, gateway, shown);
  note(
    `${SESSIONS} sessions are recorded; the one by a person is by ${person}. Which run tried to empty "orders", and who stopped it?`,
  );
  note(
    `#${waiting.request} waits under Approvals: sign in with any name and the group ${REVIEWERS} to decide`,
  );
  note(
    `whoever knows the key can check the record: npx auditorium verify ${word(places.archive)} --key ${word(publicKeyPath(settings.key))}`,
  );
  const links = options.json ? null : offerLinks(shown);
  for (const [name, part] of Object.entries({ database, gateway })) void tellOfLoss(name, part.lost, signal);
  await Promise.race([aborted(signal), shown.left]);
  ending.abort();
  links?.close();
}

function printReady({ json }: DemoOptions, archive: string, gateway: GatewayProcess, shown: Shown): void {
  const listen = `${gateway.host}:${gateway.port}`;
  const url = shown.freshUrl();
  const address = url === null ? {} : { url };
  if (json)
    printJson({ ...address, archive, key: gateway.key, listen, issuer: gateway.issuer, pid: process.pid });
  else
    print(`Auditorium shows ${archive}${url === null ? '' : ` at ${url}`}; its gateway listens on ${listen}`);
}

/** As a shell takes it; the user folder of macOS has a blank in its name. */
function word(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** What is recorded can still be looked at without the part that was lost. */
async function tellOfLoss(name: string, lost: Promise<void>, signal: AbortSignal): Promise<void> {
  await lost;
  if (!signal.aborted) note(`the ${name} has ended: nothing more can be recorded`);
}
