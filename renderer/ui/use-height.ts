/** The height of an element as it changes, in px; 0 before it is laid out. */
import { useLayoutEffect, useState, type RefObject } from 'react';

export function useHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => setHeight(target.clientHeight));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return height;
}
