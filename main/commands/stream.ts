/** `auditorium stream status|retry`: how sinks of a running gateway are, and what they refused sent again. */
import { StreamList, StreamRetried, type StreamRow } from '../../gateway/control-schema.ts';
import { counted, duration, grouped } from '../../shared/recording/describe.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { userName } from '../user-name.ts';
import { ask, type ControlOptions } from './control.ts';

/** Prints a line a sink. */
export async function streamStatus(options: ControlOptions): Promise<void> {
  const { sinks } = await ask(options, 'GET', '/stream', StreamList);
  if (options.json) for (const sink of sinks) printJson(sink);
  else if (sinks.length === 0) note('nothing is streamed: gateway.stream is empty, or has just been read');
  else for (const line of listing(SINKS, sinks, terminalWidth())) print(line);
}

/** Sends again what was kept. */
export async function streamRetry(
  sink: string,
  options: ControlOptions & { readonly reason: string },
): Promise<void> {
  const body = { by: userName(), reason: options.reason };
  const path = `/stream/${encodeURIComponent(sink)}`;
  const { sent, refused } = await ask(options, 'POST', path, StreamRetried, body, { patience: PATIENCE_MS });
  if (options.json) printJson({ sent, refused });
  else
    print(
      `${counted(sent, 'message')} taken now` +
        (refused === 0 ? '' : `, ${grouped(refused)} refused again and kept`),
    );
}

/** Thousands may be sent, and a receiver may take its time. */
const PATIENCE_MS = 300_000;

const SINKS: readonly Column<StreamRow>[] = [
  { title: 'SINK', value: ({ name }) => name },
  { title: 'LACKS EVENTS', value: ({ lag }) => grouped(lag), right: true },
  {
    title: 'SINCE',
    value: ({ seconds }) => (seconds === 0 ? '' : duration(Math.round(seconds * 1e6))),
    right: true,
  },
  { title: 'SENT', value: ({ delivered }) => grouped(delivered), right: true },
  { title: 'REFUSED', value: ({ dead }) => grouped(dead), right: true },
  { title: 'PROBLEM', value: ({ failure }) => failure ?? '', wide: true },
];
