/** What goes between a reader's process and who asks it. */
import type { ArchiveErrorCode } from '../archive.ts';
import type { SqliteArchive } from './reader.ts';

/** What can be asked: every method but the one that ends the process. */
export type Method = Exclude<keyof SqliteArchive, 'close'>;

/** `method` of the archive with its arguments. */
export interface Ask {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** What a method gave, or why it did not; `code` is null for what nobody foresaw. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ArchiveErrorCode | null; readonly message: string };

/** The id of the answer that says whether the archive could be opened; questions count from 1. */
export const OPENING = 0;

/** The argument behind the path of a process that lets others go first. */
export const PATIENT = 'patient';
