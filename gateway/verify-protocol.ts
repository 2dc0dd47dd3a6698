/** What goes between the process that verifies and who started it. */
import type { ArchiveErrorCode } from './archive/archive.ts';
import type { Touched } from './archive/sqlite/verify/touched.ts';
import type { Progress, Report, VerifyRequest } from './archive/sqlite/verify/verify.ts';

/** `scratch`: a folder for volumes that are made anew; null: what lists and searches show is not compared. */
export interface Asked extends Omit<VerifyRequest, 'projectionProblems'> {
  readonly scratch: string | null;
}

/** With the sessions that findings touch. */
export interface ReportApart extends Report {
  readonly touched: readonly Touched[];
}

export type Told =
  | { readonly progress: Progress }
  | { readonly report: ReportApart }
  | { readonly code: ArchiveErrorCode | null; readonly message: string };
