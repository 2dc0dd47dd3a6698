/** What goes between the process that verifies and who started it. */
import type { ArchiveErrorCode } from './archive/archive.ts';
import type { Progress, Report, VerifyRequest } from './archive/sqlite/verify/verify.ts';

/** `scratch`: a folder for volumes that are made anew; null: what lists and searches show is not compared. */
export interface Asked extends Omit<VerifyRequest, 'projectionProblems'> {
  readonly scratch: string | null;
}

export type Told =
  | { readonly progress: Progress }
  | { readonly report: Report }
  | { readonly code: ArchiveErrorCode | null; readonly message: string };
