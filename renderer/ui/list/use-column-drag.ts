/** A pointer that moves columns by their names, and changes their widths by their edges. */
import { useRef, useState, type PointerEvent, type RefObject } from 'react';

/** px that a pointer moves before it drags rather than clicks. */
const SLOP = 5;

interface ColumnDragOptions {
  readonly head: RefObject<HTMLElement | null>;
  readonly ids: readonly string[];
  readonly onMove: (id: string, to: number) => void;
  /** While the pointer moves. */
  readonly onResizing: (id: string, width: number) => void;
  readonly onResized: (id: string, width: number) => void;
}

interface ColumnDrag {
  /** Before which column a dragged one would come; null while none is dragged. */
  readonly drop: number | null;
  readonly startMove: (event: PointerEvent<HTMLElement>, id: string) => void;
  readonly startResize: (event: PointerEvent<HTMLElement>, id: string) => void;
  /** Whether the click that comes now ends a drag. */
  readonly wasDragged: () => boolean;
}

export function useColumnDrag({ head, ids, onMove, onResizing, onResized }: ColumnDragOptions): ColumnDrag {
  const [drop, setDrop] = useState<number | null>(null);
  const dragged = useRef(false);

  const boxes = (): DOMRect[] =>
    [...(head.current?.querySelectorAll('[data-head]') ?? [])].map((cell) => cell.getBoundingClientRect());

  return {
    drop,
    wasDragged: () => dragged.current,
    startMove(event, id) {
      if (event.button !== 0) return;
      dragged.current = false;
      const start = event.clientX;
      let to: number | null = null;
      followPointer(event, {
        onMove: (x) => {
          if (!dragged.current && Math.abs(x - start) < SLOP) return;
          dragged.current = true;
          to = boxes().filter((box) => box.left + box.width / 2 < x).length;
          setDrop(to);
        },
        onEnd: (isDone) => {
          setDrop(null);
          const from = ids.indexOf(id);
          // Places are counted with the column itself among them.
          if (isDone && to !== null) onMove(id, to > from ? to - 1 : to);
        },
      });
    },
    startResize(event, id) {
      if (event.button !== 0) return;
      event.stopPropagation();
      const box = boxes()[ids.indexOf(id)];
      if (box === undefined) return;
      let width: number | null = null;
      followPointer(event, {
        onMove: (x) => {
          width = x - box.left;
          onResizing(id, width);
        },
        onEnd: () => {
          if (width !== null) onResized(id, width);
        },
      });
    },
  };
}

interface Following {
  readonly onMove: (x: number) => void;
  readonly onEnd: (isDone: boolean) => void;
}

/** Follows a pointer that is down until it is up, wherever it goes. */
function followPointer(event: PointerEvent<HTMLElement>, { onMove, onEnd }: Following): void {
  const target: HTMLElement = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  const stop = new AbortController();
  const { signal } = stop;
  const end = (isDone: boolean) => () => {
    stop.abort();
    onEnd(isDone);
  };
  target.addEventListener('pointermove', ({ clientX }) => onMove(clientX), { signal });
  target.addEventListener('pointerup', end(true), { signal });
  target.addEventListener('pointercancel', end(false), { signal });
}
