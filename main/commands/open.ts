/** `auditorium open`: the app on an archive, until it is closed or told to end. */
import { wholeName } from '../bucket.ts';
import { offerLinks } from '../links.ts';
import { show, type Shown, type ShowOptions } from '../show.ts';
import { toldToEnd } from '../shutdown.ts';
import { print, printJson } from '../terminal.ts';

export interface OpenOptions extends ShowOptions {
  /** The ready line as JSON. */
  readonly json: boolean;
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

function printReady(shown: Shown, archive: string, json: boolean): void {
  const url = shown.freshUrl();
  if (json) printJson({ ...(url === null ? {} : { url }), archive: wholeName(archive), pid: process.pid });
  else if (url === null) print(`Auditorium shows ${archive}`);
  else print(`Auditorium shows ${archive} at ${url}`);
}
