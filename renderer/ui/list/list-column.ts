/** Columns of a list as a person arranges them: which, in which order, how wide. Written as text, for an address holds it. */
import type { ReactNode } from 'react';
import type { ColumnLook } from '../columns.ts';

export interface ListColumn<T> {
  readonly id: string;
  readonly title: string;
  readonly look: ColumnLook;
  /** Shown until somebody says otherwise. */
  readonly shown: boolean;
  readonly cell: (row: T) => ReactNode;
  /** The value as text: what is copied, and what a width is fitted to. */
  readonly text: (row: T) => string;
}

/** A column that is shown; the width is the person's own, null while it is the column's. */
export interface ShownColumn {
  readonly id: string;
  readonly width: number | null;
}

/** As wide as a column can be made, px. */
export const NARROWEST = 32;
export const WIDEST = 2_000;

/** The columns that stand in the text, in its order; null where it names none of these: they stand as they do by default. */
export function readLayout(text: string, ids: readonly string[]): ShownColumn[] | null {
  const seen = new Set<string>();
  const shown = text.split(',').flatMap((part): ShownColumn[] => {
    const [id = '', width] = part.split(':');
    if (!ids.includes(id) || seen.has(id)) return [];
    seen.add(id);
    return [{ id, width: width !== undefined && /^\d{1,4}$/.test(width) ? widthOf(Number(width)) : null }];
  });
  return shown.length === 0 ? null : shown;
}

export function writeLayout(shown: readonly ShownColumn[]): string {
  return shown.map(({ id, width }) => (width === null ? id : `${id}:${width}`)).join(',');
}

/** How columns stand when nobody said anything. */
export function defaultLayout(columns: readonly Pick<ListColumn<never>, 'id' | 'shown'>[]): ShownColumn[] {
  return columns.filter(({ shown }) => shown).map(({ id }) => ({ id, width: null }));
}

export function withWidth(shown: readonly ShownColumn[], id: string, width: number | null): ShownColumn[] {
  return shown.map((column) =>
    column.id === id ? { id, width: width === null ? null : widthOf(width) } : column,
  );
}

/** `id` at place `to` among the others. */
export function withMoved(shown: readonly ShownColumn[], id: string, to: number): ShownColumn[] {
  const column = shown.find((one) => one.id === id);
  if (column === undefined) return [...shown];
  const others = shown.filter((one) => one !== column);
  return others.toSpliced(Math.min(others.length, Math.max(0, to)), 0, column);
}

/** Shows a column where it stands among all, or hides it; the last one stays. */
export function withToggled(
  shown: readonly ShownColumn[],
  id: string,
  all: readonly string[],
): ShownColumn[] {
  if (shown.some((column) => column.id === id))
    return shown.length === 1 ? [...shown] : shown.filter((column) => column.id !== id);
  const before = new Set(all.slice(0, all.indexOf(id)));
  const at = shown.findLastIndex((column) => before.has(column.id)) + 1;
  return shown.toSpliced(at, 0, { id, width: null });
}

function widthOf(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
}
