/** `auditorium serve`: the app for a team, until it is told to end. */
import { serveTeam } from '../serve.ts';
import { toldToEnd } from '../shutdown.ts';
import { print, printJson } from '../terminal.ts';

export interface ServeOptions {
  readonly config: string;
  /** The ready line as JSON. */
  readonly json: boolean;
}

export async function serve({ config, json }: ServeOptions): Promise<void> {
  const served = await serveTeam(config);
  const { url, listen, archive } = served;
  try {
    if (json) printJson({ url, listen, archive, pid: process.pid });
    else print(`Auditorium serves ${archive} at ${url} (listening on ${listen})`);
    await toldToEnd();
  } finally {
    await served.close();
  }
}
