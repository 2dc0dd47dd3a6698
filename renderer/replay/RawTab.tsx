/** The event of the current step as it is stored: its fields, and its payloads byte by byte. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Step } from '../../shared/api/session.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { hexText } from '../../shared/replay/value.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatBytes, formatExact } from '../ui/format.ts';
import { HexView } from '../ui/HexView.tsx';
import { Fault } from '../ui/Note.tsx';
import { messageRuns } from './message-runs.ts';
import type { Segments } from './segments.ts';

/** Characters of a field shown. */
const FIELD_LENGTH = 500;

interface RawTabProps {
  readonly segments: Segments;
  readonly step: Step | undefined;
}

export function RawTab({ segments, step }: RawTabProps) {
  const query = useQuery({
    queryKey: ['event', segments.id, step?.sequence],
    queryFn: () => segments.event(step?.sequence ?? -1),
    enabled: step !== undefined,
    gcTime: 30_000,
  });
  const [part, setPart] = useState('');
  if (query.isError)
    return (
      <Fault title="The event could not be read" error={query.error} onRetry={() => void query.refetch()} />
    );
  if (query.isSuccess && query.data === null)
    return <p className="panel-none">The archive does not hold this event.</p>;
  const stored = query.data;
  if (stored === undefined || stored === null) return <span className="skeleton" />;
  const parts = ['event', ...Object.keys(stored.payloads)];
  const shown = parts.includes(part) ? part : (parts.at(-1) ?? 'event');
  const bytes = shown === 'event' ? stored.bytes : stored.payloads[shown];
  return (
    <div className="raw">
      <div className="raw-side">
        <div className="raw-parts" role="group" aria-label="Parts of the event">
          {parts.map((name) => (
            <button
              key={name}
              type="button"
              className="raw-part"
              aria-pressed={name === shown}
              onClick={() => setPart(name)}
            >
              <span>{name}</span>
              <span className="cell-quiet">{sizeOf(stored, name)}</span>
            </button>
          ))}
        </div>
        {shown === 'event' ? <EventFacts stored={stored} /> : <Messages bytes={bytes ?? null} />}
      </div>
      {bytes === null || bytes === undefined ? (
        <p className="panel-none">
          This payload is redacted: its value and salt are gone, its commitment stays.
        </p>
      ) : (
        <HexView bytes={bytes} name={`Bytes of ${shown}`} />
      )}
    </div>
  );
}

function sizeOf(stored: StoredEvent, name: string): string {
  const bytes = name === 'event' ? stored.bytes : stored.payloads[name];
  return bytes ? formatBytes(bytes.length) : 'redacted';
}

function Messages({ bytes }: { readonly bytes: Uint8Array | null }) {
  const { runs, rest } = messageRuns(bytes ?? new Uint8Array());
  if (runs.length === 0) return <p className="raw-none">a value, no messages</p>;
  return (
    <ol className="raw-messages" aria-label="Messages">
      {runs.map((run) => (
        <li key={run.at}>
          <code>{run.type}</code> {run.name}
          {run.count > 1 ? ` × ${run.count}` : ''}{' '}
          <span className="cell-quiet">{formatBytes(run.bytes)}</span>
        </li>
      ))}
      {rest > 0 ? <li className="tone-unknown">{formatBytes(rest)} of a message that goes on</li> : null}
    </ol>
  );
}

function EventFacts({ stored: { event } }: { readonly stored: StoredEvent }) {
  const facts: [string, string][] = [
    ['kind', event.kind],
    ['log', hexText(event.log).slice(2)],
    ['index', String(event.index)],
    ['sequence', String(event.sequence)],
    ['time', formatExact(event.time)],
    ['monotonic', `${event.monotonic} ns`],
    ...Object.entries(event.fields).map(([name, value]): [string, string] => [name, fieldText(value)]),
  ];
  return (
    <dl className="raw-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{visibleLine(value, FIELD_LENGTH)}</dd>
        </div>
      ))}
    </dl>
  );
}

function fieldText(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return hexText(value);
  if (typeof value === 'object' && 'commitment' in value && value.commitment instanceof Uint8Array) {
    return `SHA-256 ${hexText(value.commitment).slice(2)}`;
  }
  return JSON.stringify(value);
}
