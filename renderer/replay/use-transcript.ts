/** The transcript of a session, for as long as somebody looks at it. */
import { Terminal } from '@xterm/xterm';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { firstSize } from '../player/recorded-screen.ts';
import type { Segments } from '../player/segments.ts';
import { SCREEN_SCROLLBACK, ScreenTranscript } from './screen-transcript.ts';
import { PaintedTranscript, type TranscriptSource } from './transcript-source.ts';

interface OpenTranscript {
  /** Null while it is being opened. */
  readonly source: TranscriptSource | null;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** `steps`: how many are known; more of them mean that segments came or grew. */
export function useTranscript(segments: Segments, connection: string, steps: number): OpenTranscript {
  const size = useQuery({
    queryKey: ['terminal-size', segments.id],
    queryFn: () => firstSize(segments),
  });
  const { data } = size;
  const source = useMemo(
    () => (data === undefined ? null : transcriptOf(segments, connection, data)),
    [segments, connection, data],
  );
  useEffect(() => () => source?.close(), [source]);
  const known = useRef(steps);
  useEffect(() => {
    if (known.current === steps) return;
    known.current = steps;
    source?.grew();
  }, [source, steps]);
  useSyncExternalStore(source?.subscribe ?? noListening, source?.version ?? zero);
  return { source, error: size.error, retry: () => void size.refetch() };
}

/** Of a recorded terminal where there is a size, else of statements. */
function transcriptOf(
  segments: Segments,
  connection: string,
  size: Awaited<ReturnType<typeof firstSize>>,
): TranscriptSource {
  if (size === null) return new PaintedTranscript(segments, connection);
  const { columns, rows } = size;
  return new ScreenTranscript(
    segments,
    () =>
      new Terminal({
        cols: columns,
        rows,
        scrollback: SCREEN_SCROLLBACK,
        disableStdin: true,
        allowProposedApi: true,
        logLevel: 'off',
      }),
  );
}

function noListening(): () => void {
  return () => undefined;
}

function zero(): number {
  return 0;
}
