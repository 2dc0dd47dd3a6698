/**
 * What was taken out of the record, as the index knows it: bundles stay as they were put, and rows made of them must not say again what a log
 * said was redacted, or whose key it said was destroyed.
 */
import type { Event } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import type { Engine } from './engine.ts';
import { TEXT_GONE } from '../../archive/fold/shown-text.ts';
import type { WithdrawnIndexRow } from './rows.ts';

/** Named by one mutation: its text may have a quarter of a megabyte. */
const MOST_AT_ONCE = 2_000;

/** Of one log. */
export class Withdrawn {
  readonly #events = new Set<number>();
  /** By session (hex): its events below are not shown. */
  readonly #sessions = new Map<string, number>();

  constructor(rows: readonly WithdrawnIndexRow[]) {
    for (const row of rows) this.add(row);
  }

  add({ session, event }: WithdrawnIndexRow): void {
    if (session === '') this.#events.add(event);
    else this.#sessions.set(session, Math.max(event, this.#sessions.get(session) ?? 0));
  }

  /** The event as it may be shown: without values, where these are gone. */
  shown(stored: StoredEvent): StoredEvent {
    const { event, bytes, payloads } = stored;
    if (!this.#events.has(event.index) && !this.#isErased(event)) return stored;
    return {
      event,
      bytes,
      payloads: Object.fromEntries(Object.keys(payloads).map((field) => [field, null])),
    };
  }

  #isErased({ session, index }: Event): boolean {
    if (session === null || this.#sessions.size === 0) return false;
    return index < (this.#sessions.get(Buffer.from(session).toString('hex')) ?? 0);
  }
}

/** What an event of a log itself takes back, in rows of the log that it names; null: nothing. */
export function withdrawnBy(event: Event): WithdrawnIndexRow | null {
  if (event.kind === 'redacted')
    return { log: hex(event.fields.log), session: '', event: event.fields.event };
  if (event.kind !== 'keysDestroyed' || event.fields.session === null) return null;
  return { log: hex(event.fields.log), session: hex(event.fields.session), event: event.index };
}

/** Takes texts out of rows, of all their versions: mutations write the parts that hold them anew. */
export async function withdraw(engine: Engine, rows: readonly WithdrawnIndexRow[]): Promise<void> {
  if (rows.length === 0) return;
  const [{ table, on }, settings] = [await tableOf(engine), { mutations_sync: 2 }];
  // Mutations take no values from beside them; these are hex digits and numbers.
  const parts = [...Map.groupBy(rows, (row) => row.log)].flatMap(([log, own]) =>
    Array.from({ length: Math.ceil(own.length / MOST_AT_ONCE) }, (_, i) => ({
      log,
      own: own.slice(i * MOST_AT_ONCE, (i + 1) * MOST_AT_ONCE),
    })),
  );
  for (const { log, own } of parts) {
    const events = own.filter(({ session }) => session === '').map(({ event }) => event);
    const sessions = own.filter(({ session }) => session !== '');
    const erased = sessions.map(({ session, event }) => `(session = '${session}' AND position < ${event})`);
    const among = (column: string) => (events.length === 0 ? [] : [`${column} IN (${events.join(', ')})`]);
    const texts = [...among('text_at'), ...erased].join(' OR ');
    const errors = [...among('error_at'), ...erased].join(' OR ');
    const change = (set: string, where: string) =>
      engine.ask({
        sql: `ALTER TABLE ${table}${on} UPDATE ${set} WHERE log = '${log}' AND (${where})`,
        settings,
      });
    await change(`text = '${TEXT_GONE}', normal = '', text_truncated = 0, text_masked = 0`, texts);
    await change('error_message = NULL', errors);
  }
}

/** Rows of shards lie in tables of their own. */
async function tableOf(engine: Engine): Promise<{ readonly table: string; readonly on: string }> {
  const found = await engine.ask({
    sql: `SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = 'statement' FORMAT TabSeparated`,
  });
  return found.trim() === 'Distributed'
    ? { table: 'statement_local', on: ` ON CLUSTER '{cluster}'` }
    : { table: 'statement', on: '' };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
