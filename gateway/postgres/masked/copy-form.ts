/** How the data of a COPY TO STDOUT are written, and what masks them (PostgreSQL manual, "COPY", "File Formats"). */
import type { CopyLayout } from '../lineage/lineage.ts';
import type { CellMask } from './row-writer.ts';

export interface CopyForm {
  readonly delimiter: number;
  /** What stands for NULL. */
  readonly null: Buffer;
  /** Of CSV. */
  readonly quote: number;
  readonly escape: number;
  /** The first line names the columns. */
  readonly header: boolean;
}

/** Masks COPY data as they stream by, however they are cut. */
export interface CopyMasker {
  /** Takes data; returns the rows that are whole now, masked, each what one CopyData is to hold. */
  take(data: Buffer): Buffer[];
  /** Bytes that wait for the rest of their row. */
  readonly held: number;
}

/** The masks of a row's columns, by position; null entries pass. */
export type CopyCells = readonly (CellMask | null)[];

export const NEWLINE = 0x0a;
export const BACKSLASH = 0x5c;

/** The form of a layout. */
export function copyForm({ delimiter, null: nothing, quote, escape, header }: CopyLayout): CopyForm {
  return {
    delimiter: delimiter.charCodeAt(0),
    null: Buffer.from(nothing),
    quote: quote.charCodeAt(0),
    escape: escape.charCodeAt(0),
    header,
  };
}
