/** The event of the current step as it is stored: its fields, and its payloads byte by byte. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Point } from '../../shared/replay/timeline.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { redactionWords } from '../../shared/replay/redacted.ts';
import { hexText } from '../../shared/replay/value.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatBytes, formatExact } from '../ui/format.ts';
import { HexView } from '../ui/HexView.tsx';
import { Fault } from '../ui/Note.tsx';
import type { ByteRange } from '../ui/hex-line.ts';
import { RAW } from '../words/raw.ts';
import { REVEALS } from '../words/reveals.ts';
import { reveals } from '../reveals.ts';
import { RawMessages } from './RawMessages.tsx';
import type { Segments } from '../player/segments.ts';

/** Characters of a field shown. */
const FIELD_LENGTH = 500;

interface RawTabProps {
  readonly segments: Segments;
  readonly step: Point | undefined;
  /** Sequence of the next step's event; null where there is none. */
  readonly next: number | null;
}

/** Events that are no steps shown behind one, at most. */
const MOST_EVENTS = 50;

export function RawTab({ segments, step, next }: RawTabProps) {
  const [chosen, setChosen] = useState<{ readonly step: number; readonly sequence: number } | null>(null);
  const from = step?.sequence ?? -1;
  const sequence = chosen?.step === from ? chosen.sequence : from;
  const query = useQuery({
    queryKey: ['event', segments.id, sequence],
    queryFn: () => segments.event(sequence),
    enabled: step !== undefined,
    gcTime: 30_000,
  });
  const among = useQuery({
    queryKey: ['events', segments.id, from, next],
    queryFn: () => eventsFrom(segments, from, next),
    enabled: step !== undefined,
    gcTime: 30_000,
  });
  const [part, setPart] = useState('');
  const [marked, setMarked] = useState<{ readonly of: string; readonly range: ByteRange } | null>(null);
  if (query.isError)
    return <Fault title={RAW.failed} error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isSuccess && query.data === null) return <p className="panel-none">{RAW.absent}</p>;
  const stored = query.data;
  if (stored === undefined || stored === null) return <span className="skeleton" />;
  const parts = ['event', ...Object.keys(stored.payloads)];
  const shown = parts.includes(part) ? part : (parts.at(-1) ?? 'event');
  const bytes = shown === 'event' ? stored.bytes : stored.payloads[shown];
  return (
    <div className="raw">
      <div className="raw-side">
        <EventChoice
          events={among.data ?? []}
          chosen={sequence}
          onChoose={(at) => setChosen({ step: from, sequence: at })}
        />
        <div className="raw-parts" role="group" aria-label={RAW.parts}>
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
        {shown === 'event' ? (
          <EventFacts stored={stored} />
        ) : bytes === null || bytes === undefined ? null : (
          <RawMessages
            key={`${sequence} ${shown}`}
            bytes={bytes}
            onMark={(range) => setMarked({ of: `${sequence} ${shown}`, range })}
          />
        )}
        {redactionWords(stored, shown).map((words) => (
          <p key={words} className="tone-unknown">
            {visibleLine(words, MOST_WORDS)}
          </p>
        ))}
      </div>
      {bytes === null || bytes === undefined ? (
        <p className="panel-none">{RAW.redacted}</p>
      ) : (
        <HexView
          key={`${sequence} ${shown}`}
          bytes={bytes}
          name={RAW.bytesOf(shown)}
          marked={marked?.of === `${sequence} ${shown}` ? marked.range : null}
          onCopy={() => reveals.tell(segments.id, REVEALS.copiedBytes(shown, sequence))}
        />
      )}
    </div>
  );
}

/** The step's own event and those behind it that are no steps: framing, and what the gateway asked the server. */
async function eventsFrom(segments: Segments, from: number, next: number | null): Promise<StoredEvent[]> {
  const end = Math.min(next ?? Infinity, from + MOST_EVENTS);
  const found: StoredEvent[] = [];
  for (let at = from; at < end; at++) {
    const stored = await segments.event(at);
    if (stored === null) break;
    found.push(stored);
  }
  return found;
}

interface EventChoiceProps {
  readonly events: readonly StoredEvent[];
  readonly chosen: number;
  readonly onChoose: (sequence: number) => void;
}

function EventChoice({ events, chosen, onChoose }: EventChoiceProps) {
  if (events.length < 2) return null;
  return (
    <div className="raw-parts" role="group" aria-label={RAW.events}>
      {events.map(({ event }) => (
        <button
          key={event.sequence}
          type="button"
          className="raw-part"
          aria-pressed={event.sequence === chosen}
          onClick={() => onChoose(event.sequence)}
        >
          <span className="ellipsis" title={event.kind}>
            {event.kind}
          </span>
          {OF_THE_GATEWAY.has(event.kind) ? (
            <span className="raw-gateway" title={RAW.gatewayMeans}>
              {RAW.gateway}
            </span>
          ) : (
            <span className="cell-quiet">{event.sequence}</span>
          )}
        </button>
      ))}
    </div>
  );
}

/** What the gateway asked the server, or sent it, in its own name. */
const OF_THE_GATEWAY: ReadonlySet<string> = new Set([
  'gatewayQuery',
  'gatewayAnswered',
  'gatewayStatement',
  'replaced',
]);

/** UTF-16 units of what is said of a redaction. */
const MOST_WORDS = 1000;

function sizeOf(stored: StoredEvent, name: string): string {
  const bytes = name === 'event' ? stored.bytes : stored.payloads[name];
  return bytes ? formatBytes(bytes.length) : RAW.redactedShort;
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
