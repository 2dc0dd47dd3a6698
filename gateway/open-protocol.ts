/** What goes between the process that opens what somebody sent and who started it. */
import type { ArchiveErrorCode } from './archive/archive.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import type { OpeningProgress } from './archive/foreign/opened.ts';
import type { RemakeRequest } from './archive/sqlite/foreign/remake-archive.ts';

export interface OpenAsked extends RemakeRequest {
  readonly id: number;
  readonly kind: ForeignStanding['kind'];
}

export type OpenTold =
  /** It has started. */
  | { readonly ready: true }
  | { readonly id: number; readonly progress: OpeningProgress }
  | { readonly id: number; readonly standing: ForeignStanding }
  | { readonly id: number; readonly code: ArchiveErrorCode | null; readonly message: string };
