/** Facts of texts for commands that have no database: names stay as written. */
import type { TextFacts } from '../../shared/policy/facts.ts';

export interface FactsReader {
  /** Never rejects: what cannot be read says so. */
  read(sql: string): Promise<TextFacts>;
  /** Ends its threads. */
  close(): Promise<void>;
}

/** Loads the parser, and all that knows SQL: whoever only might ask has no need of it. */
export async function openFactsReader(): Promise<FactsReader> {
  const [{ factsOf }, { TextReader }] = await Promise.all([
    import('../../gateway/postgres/facts/facts-of.ts'),
    import('../../gateway/postgres/facts/text-reader.ts'),
  ]);
  const reader = await TextReader.open();
  return {
    read: async (sql) => factsOf(await reader.read(sql), null, () => null).facts,
    close: () => reader.close(),
  };
}
