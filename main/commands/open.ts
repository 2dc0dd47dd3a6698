/** `auditorium open`: the app on an archive, until it is closed or told to end. */
import { existsSync } from 'node:fs';
import { wholeName } from '../bucket.ts';
import { offerLinks } from '../links.ts';
import { show, type Shown, type ShowOptions } from '../show.ts';
import { toldToEnd } from '../shutdown.ts';
import { print, printJson } from '../terminal.ts';

/** What gateways call it by default. */
const HERE = 'archive';

export interface OpenOptions extends ShowOptions {
  /** The ready line as JSON. */
  readonly json: boolean;
}

/** Where none was named: the archive of this folder, or none; a configuration says itself which is its own. */
export function archiveHere(config: string | null): string | null {
  return config === null && existsSync(HERE) ? HERE : null;
}

export async function open({ json, ...options }: OpenOptions): Promise<void> {
  const shown = await show(options);
  try {
    printReady(shown, options.archive, json);
    const links = json ? null : offerLinks(shown);
    await Promise.race([toldToEnd(), shown.left]);
    links?.close();
  } finally {
    await shown.close();
  }
}

function printReady(shown: Shown, archive: string | null, json: boolean): void {
  const url = shown.freshUrl();
  const named = archive === null ? {} : { archive: wholeName(archive) };
  if (json) printJson({ ...(url === null ? {} : { url }), ...named, pid: process.pid });
  else if (archive === null) print(`Auditorium${url === null ? ' is open' : ` is at ${url}`}`);
  else if (url === null) print(`Auditorium shows ${archive}`);
  else print(`Auditorium shows ${archive} at ${url}`);
}
