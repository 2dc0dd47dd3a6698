/** What policy makes of a message of the agent, and who makes it: the seam between a session's wire and its policy. */
import type { Named } from './symbols.ts';
import type { Judged } from './judged.ts';
import type { BindMessage } from './wire/frontend.ts';
import type { PostgresError } from './wire/errors.ts';

/** The judgement on one text as it is about to run. */
export interface Judgement {
  /** For its answers; null where nothing is masked and no limit holds. */
  readonly judged: Judged | null;
  /** What the agent is told in place of it; null: it may go on. */
  readonly refusal: PostgresError | null;
  /** Somebody has to decide first. */
  readonly held: boolean;
  /** The text as the record may hold it, if other than the text itself. */
  readonly text: Buffer | null;
  /** The tail of a Bind as the record may hold it; the same object when nothing in it is masked. */
  parameters(tail: Buffer, formats: readonly number[]): Buffer;
  /** Records the decision, once the statement's own event is. */
  record(statement: number): void;
}

/** How a held statement goes on. */
export type HeldEnd =
  { readonly approved: true } | { readonly approved: false; readonly refusal: PostgresError };

/** A session's policy. Whatever it says null to has to wait: it is asked again when {@link Gate.onReady} was called or answers came. */
export interface Gate {
  /** Told when what was asked for can be judged now. */
  onReady: () => void;
  /** A simple Query. */
  query(text: Buffer): Judgement | null;
  /** A Parse, with the Bind right behind it if that is known: refused when it would be denied, never held. */
  parse(text: Buffer, parameterTypes: readonly number[], bind: BindMessage | null): Judgement | null;
  /** A Bind of what `prepared` stands for; null is a name that nobody knows. */
  bind(prepared: Named | null, bind: BindMessage): Judgement | null;
  /** The Execute of a portal that no Bind of this session made known. */
  unknownPortal(): Judgement;
  /** A held statement that cannot be held, as what has to follow it does not. */
  unholdable(judgement: Judgement): Judgement;
  /** Whether every portal has to be described before it runs. */
  readonly describes: boolean;
  /** A text of SQL within a command (PREPARE, DECLARE) as the record may hold it. */
  recorded(text: Buffer): Buffer;
  /** Holds a statement that was judged so; the agent is told once nothing is half-sent to it. Resolves to how it goes on. */
  hold(judgement: Judgement, statement: number): Promise<HeldEnd>;
  /** Ends the hold under way: the agent left, cancelled, or the server discards the statement anyway. */
  abandon(why: string, refusal?: PostgresError): void;
  /** The server reported a parameter. */
  reported(name: string, value: string): void;
  /** A text was let through to the server. */
  passed(judgement: Judgement): void;
  /** The server answered: once nothing is owed it has reported its settings, and what it changed in the catalog can be seen. */
  answered(): void;
  /** The session ends. */
  close(): void;
}
