/** What the process with ClickHouse in it is asked, and what it answers. */
import type { EngineRequest } from './engine.ts';

export interface ChdbAsk {
  readonly id: number;
  readonly request: EngineRequest;
}

/** `id` 0: it is open, or why it cannot be. */
export interface ChdbAnswer {
  readonly id: number;
  readonly text: string;
  /** What ClickHouse said; null: nothing went wrong. */
  readonly error: string | null;
}
