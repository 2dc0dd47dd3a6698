/** What the events of a session say of it beside what lists show. */
import type { StoredEvent } from '../../../shared/recording/record.ts';
import type { EventFields } from '../../../shared/recording/event.ts';

/** Grows while a session's events pass. */
export interface SessionFacts {
  /** The gateway's log, hex; empty before the first event. */
  log: string;
  /** The agent's port; null where it is not told. */
  clientPort: number | null;
  /** The database as the gateway logged in; null when it was never reached. */
  target: EventFields<'connected'> | null;
  /** Where an imported session was read from; null for one that a gateway recorded. */
  source: { readonly format: string; readonly file: string } | null;
  /** Facts that the source of an import does not know (IMPORT_GAPS): not recorded, which is other than absent. */
  lacks: readonly string[];
}

/** What is known before the first event. */
export function noFacts(): SessionFacts {
  return { log: '', clientPort: null, target: null, source: null, lacks: [] };
}

/** Takes what one event says. */
export function noteFacts({ event }: StoredEvent, facts: SessionFacts): void {
  if (facts.log === '') facts.log = Buffer.from(event.log).toString('hex');
  if (event.kind === 'sessionOpened' && event.fields.clientPort > 0)
    facts.clientPort = event.fields.clientPort;
  if (event.kind === 'connected') facts.target = event.fields;
  if (event.kind !== 'imported') return;
  facts.source = { format: event.fields.format, file: event.fields.file };
  facts.lacks = event.fields.lacks;
}
