/**
 * What the shipper's thread is asked, beside shipping: it alone opens the archive's databases in a gateway's process. Asked and
 * answered over its message port, between two commits.
 */
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import type { Expiry } from './archive/expiry-note.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import type { Redaction } from './archive/redaction-note.ts';
import type { CurrentVolume } from './archive/sqlite/log-writer.ts';
import type { VolumeFacts } from './archive/sqlite/volume-facts.ts';

/** What can be asked, with what it takes and what is answered. */
export interface ShipperQuestions {
  /** Signs with these keys from where the log says so. */
  readonly rekey: { readonly takes: SigningKeys; readonly gives: null };
  /** Keeps a checkpoint with the signatures that others added to it. */
  readonly keepCheckpoint: { readonly takes: { readonly note: string }; readonly gives: null };
  /** The consistency proof of the log between two of its sizes (RFC 6962 §2.1.2). */
  readonly prove: {
    readonly takes: { readonly from: number; readonly to: number };
    readonly gives: readonly Uint8Array[];
  };
  /** The volume that is written, with the log's newest checkpoint; null where none is begun yet. */
  readonly current: {
    readonly takes: null;
    readonly gives: (CurrentVolume & { readonly checkpoint: string | null }) | null;
  };
  /** Takes values out of the volume that is written. */
  readonly redact: { readonly takes: readonly Redaction[]; readonly gives: null };
  readonly describe: { readonly takes: { readonly path: string }; readonly gives: VolumeFacts };
  /** See expire-volume.ts. */
  readonly expire: {
    readonly takes: { readonly path: string; readonly expiry: Expiry };
    readonly gives: null;
  };
}
export type ShipperQuestion = keyof ShipperQuestions;

export interface ShipperCall<Q extends ShipperQuestion = ShipperQuestion> {
  readonly call: number;
  readonly question: Q;
  readonly argument: ShipperQuestions[Q]['takes'];
}

export type ShipperAnswer =
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly failed: string; readonly code: ArchiveErrorCode | null };

/** The asking side: calls that wait for their answers. */
export class ShipperCalls {
  readonly #post: (call: ShipperCall) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  constructor(post: (call: ShipperCall) => void) {
    this.#post = post;
  }

  /** Rejects with ArchiveError or Error when it cannot be done, or the thread dies. */
  ask<Q extends ShipperQuestion>(
    question: Q,
    argument: ShipperQuestions[Q]['takes'],
  ): Promise<ShipperQuestions[Q]['gives']> {
    const call = this.#calls++;
    const waiting = Promise.withResolvers<unknown>();
    try {
      this.#post({ call, question, argument });
      this.#waiting.set(call, waiting);
    } catch (error) {
      waiting.reject(error);
    }
    return waiting.promise as Promise<ShipperQuestions[Q]['gives']>;
  }

  take(answer: ShipperAnswer): void {
    const waiting = this.#waiting.get(answer.answer);
    this.#waiting.delete(answer.answer);
    if (!('failed' in answer)) return waiting?.resolve(answer.value);
    waiting?.reject(
      answer.code === null ? new Error(answer.failed) : new ArchiveError(answer.code, answer.failed),
    );
  }

  /** The thread is gone: nothing will be answered any more. */
  break(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The answering side: how each question is answered. */
export type ShipperAnswers = {
  readonly [Q in ShipperQuestion]: (argument: ShipperQuestions[Q]['takes']) => ShipperQuestions[Q]['gives'];
};

/** Answers a call. */
export function answerCall(
  answers: ShipperAnswers,
  { call, question, argument }: ShipperCall,
): ShipperAnswer {
  try {
    const answer = answers[question] as (given: typeof argument) => unknown;
    return { answer: call, value: answer(argument) };
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    return { answer: call, failed: error instanceof Error ? error.message : String(error), code };
  }
}
