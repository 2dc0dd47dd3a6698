/** Facts of texts for commands that have no database: names stay as written. */
import { factsOf } from '../../gateway/postgres/facts/facts-of.ts';
import { TextReader } from '../../gateway/postgres/facts/text-reader.ts';
import type { TextFacts } from '../../shared/policy/facts.ts';

export interface FactsReader {
  /** Never rejects: what cannot be read says so. */
  read(sql: string): Promise<TextFacts>;
  /** Ends its threads. */
  close(): Promise<void>;
}

/** Loads the parser. */
export async function openFactsReader(): Promise<FactsReader> {
  const reader = await TextReader.open();
  return {
    read: async (sql) => factsOf(await reader.read(sql), null, () => null).facts,
    close: () => reader.close(),
  };
}
