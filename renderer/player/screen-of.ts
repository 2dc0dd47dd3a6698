/** What paints a session onto a terminal: psql's, or the terminal that was recorded. */
import { firstSize, RecordedScreen } from './recorded-screen.ts';
import type { Segments } from './segments.ts';
import type { TerminalToPaint } from './TerminalPane.tsx';
import { TerminalScreen } from './terminal-screen.ts';

/** Shows the terminal at a step. */
export interface Screen {
  show(sequence: number): Promise<void>;
}

/** The same, and for what tells what paints it, before it is known what the session is. */
export function early(segments: Segments, sequence: number | null): void {
  if (sequence !== null) ahead(segments, sequence);
  segments.first().catch(() => undefined);
}

/** The screen that the session needs, which its first events tell; after a failure it is looked for again. */
export function screenOf(segments: Segments, connection: string, terminal: TerminalToPaint): Screen {
  let found: Promise<Screen> | null = null;
  const find = async (): Promise<Screen> => {
    const size = await firstSize(segments);
    return size === null
      ? new TerminalScreen(segments, connection, terminal, atRest)
      : new RecordedScreen(segments, size, terminal);
  };
  return {
    async show(sequence) {
      // On its way while it is not known yet what paints it.
      ahead(segments, sequence);
      found ??= find();
      const screen = await found.catch((error: unknown) => {
        found = null;
        throw error;
      });
      await screen.show(sequence);
    },
  };
}

/** Asks for what painting an event needs. Whoever paints it is told what is wrong. */
function ahead(segments: Segments, sequence: number): void {
  segments
    .around(sequence)
    .then(() => segments.at(segments.indexOf(sequence)))
    .catch(() => undefined);
}

/** How long nothing moves until there is time for more than a frame, in ms: a person has stopped to look. */
const REST_MS = 250;

function atRest(run: () => void): () => void {
  const timer = setTimeout(run, REST_MS);
  return () => clearTimeout(timer);
}
