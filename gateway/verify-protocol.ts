/** What goes between the process that verifies and who started it. */
import type { ArchiveErrorCode } from '../../archive.ts';
import type { Progress, Report } from './verify.ts';

export type Told =
  | { readonly progress: Progress }
  | { readonly report: Report }
  | { readonly code: ArchiveErrorCode | null; readonly message: string };
