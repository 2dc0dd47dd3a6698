/** Which rows or columns of a long list are in view: only those are put into the document. */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

interface InView {
  readonly count: number;
  readonly scroll: RefObject<HTMLDivElement | null>;
  /** Of one, in px. */
  readonly size: (index: number) => number;
  /** How many more on both sides. */
  readonly overscan: number;
  readonly horizontal?: boolean;
  /** What stands before the first, in px, and stays in view while it scrolls: a head. */
  readonly margin?: number;
}

export function useInView({
  count,
  scroll,
  size,
  overscan,
  horizontal = false,
  margin = 0,
}: InView): Virtualizer<HTMLDivElement, Element> {
  // oxlint-disable-next-line react/incompatible-library -- its functions read its own state, and no caller memoizes them
  return useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: size,
    overscan,
    horizontal,
    scrollMargin: margin,
    scrollPaddingStart: margin,
  });
}
