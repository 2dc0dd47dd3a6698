/** The edge of a side panel, by which it is made wider: with a pointer, or with arrows once it has the focus. The width is kept. */
import { useLayoutEffect, useState, type KeyboardEvent, type PointerEvent } from 'react';

/** What an arrow makes it wider by, px. */
const STEP = 16;

interface SideEdgeProps {
  readonly name: string;
  /** What the width is kept under on this machine. */
  readonly kept: string;
  /** The custom property of the document that holds it. */
  readonly variable: string;
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

export function SideEdge({ name, kept, variable, least, most, usual }: SideEdgeProps) {
  const key = `auditorium.width.${kept}`;
  const [width, setWidth] = useState(() => readWidth(key));
  const clamp = (to: number): number => Math.round(Math.min(most, Math.max(least, to)));

  useLayoutEffect(() => {
    const { style } = document.documentElement;
    if (width === null) style.removeProperty(variable);
    else style.setProperty(variable, `${width}px`);
  }, [variable, width]);

  const keep = (to: number | null): void => {
    setWidth(to);
    if (to === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, String(to));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const edge: HTMLElement = event.currentTarget;
    const start = event.clientX;
    const before = edge.parentElement?.getBoundingClientRect().width ?? usual;
    edge.setPointerCapture(event.pointerId);
    const stop = new AbortController();
    const { signal } = stop;
    edge.addEventListener('pointermove', ({ clientX }) => keep(clamp(before + clientX - start)), { signal });
    for (const end of ['pointerup', 'pointercancel'] as const)
      edge.addEventListener(end, () => stop.abort(), { signal });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    keep(clamp((width ?? usual) + step));
  };
  return (
    <div
      className="side-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={name}
      aria-valuenow={width ?? usual}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onDoubleClick={() => keep(null)}
      onKeyDown={onKeyDown}
    />
  );
}

function readWidth(key: string): number | null {
  const kept = Number(window.localStorage.getItem(key) ?? Number.NaN);
  return Number.isFinite(kept) ? kept : null;
}
