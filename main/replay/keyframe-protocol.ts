/** What goes between the process that makes keyframes and who asks it to. */
import type { Keyframe } from '../../shared/replay/keyframe.ts';

/** From the beginning, or on from a keyframe; then packed segments in order, until there are no more. */
export type ToMaker =
  { readonly from: Keyframe | null } | { readonly packed: Uint8Array } | { readonly end: true };

/** Keyframes as they are made; `played` up to which event when a segment is done and the next one may come. */
export type FromMaker =
  { readonly made: Keyframe } | { readonly played: number } | { readonly failed: string };
