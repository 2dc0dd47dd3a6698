/** How the server understands texts: settings and catalog, which texts sent before may have changed. */
import type { Exchange } from '../exchange.ts';
import type { ReadText } from '../facts/read-text.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { Effects } from './effects.ts';
import { dependsOnEncoding, isAscii } from './encoding.ts';
import { AMBIGUOUS, OTHER_ENCODING } from './refusals.ts';
import type { GateOptions } from './surroundings.ts';

export class Meaning {
  readonly #options: Pick<GateOptions, 'catalogs' | 'schemaChanged' | 'reportsSearchPath'>;
  readonly #exchange: Exchange;
  #conforming: boolean;
  /** The server reads texts as the gateway does. */
  #isUtf8 = true;
  /** Something that may change settings was sent and is not answered yet. */
  #settingsOpen = false;
  /** Something that may change the catalog was sent: it is not answered yet, or its transaction has not ended. */
  #schema: 'as known' | 'sent' | 'uncommitted' = 'as known';

  constructor(options: GateOptions, exchange: Exchange) {
    this.#options = options;
    this.#exchange = exchange;
    this.#conforming = options.conforming;
  }

  /** The server reported a setting. */
  reported(name: string, value: string): void {
    if (name === 'standard_conforming_strings') this.#conforming = value === 'on';
    if (name === 'client_encoding') this.#isUtf8 = value === 'UTF8';
    if (name === 'search_path') this.#options.catalogs.searchPathMayHaveChanged();
  }

  /** A text is sent that may do this. */
  sent(effects: Effects): void {
    if (effects.settings || effects.unseen) this.#settingsOpen = true;
    if (effects.settings && !this.#options.reportsSearchPath)
      this.#options.catalogs.searchPathMayHaveChanged();
    if (effects.schema) this.#schema = 'sent';
  }

  /** The server answered; once nothing is owed, its settings are reported and what it changed can be seen. */
  answered(): void {
    if (this.#exchange.expected.length > 0) return;
    this.#settingsOpen = false;
    if (this.#schema === 'as known') return;
    const open = this.#exchange.transaction !== 'I';
    if (this.#schema === 'uncommitted' && open) return;
    this.#schema = open ? 'uncommitted' : 'as known';
    this.#options.schemaChanged();
    this.#options.catalogs.searchPathMayHaveChanged();
  }

  /** The session ends: others look again at what it may have changed. */
  close(): void {
    if (this.#schema !== 'as known') this.#options.schemaChanged();
  }

  /** Why the server could understand a text in another way than the gateway does; null: it cannot. */
  unclear(text: Buffer, { dependsOnBackslash }: ReadText): PostgresError | null {
    if (this.#conforming && this.#isUtf8 && !this.#settingsOpen) return null;
    if (dependsOnBackslash && (this.#settingsOpen || !this.#conforming)) return AMBIGUOUS;
    if (!this.#isUtf8) return isAscii(text) ? null : OTHER_ENCODING;
    return this.#settingsOpen && dependsOnEncoding(text) ? OTHER_ENCODING : null;
  }

  /** Whether what is unclear may be clear once the server has answered. */
  get mayClear(): boolean {
    return this.#conforming && this.#isUtf8;
  }
}
