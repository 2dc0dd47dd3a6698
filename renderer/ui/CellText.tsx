/** A value of the database as text: NULL, empty and unrecorded look other than any text. */
import { clipText, visible } from '../../shared/replay/visible.ts';
import { VALUES } from '../words/values.ts';
import { textHere, type CellValue } from './cell-value.ts';
import { formatBytes, formatCount } from './format.ts';

/** UTF-16 units of a value in a grid, and of one shown whole. */
const IN_GRID = 200;
const WHOLE = 50_000;

/** Whether a grid shows only the beginning of a value. */
export function isClipped(value: CellValue): boolean {
  const text = textHere(value);
  return typeof text === 'string' && text.length > IN_GRID;
}

interface CellTextProps {
  readonly value: CellValue;
  /** Shows line breaks, and far more of it. */
  readonly whole?: boolean;
}

export function CellText({ value: given, whole = false }: CellTextProps) {
  const value = textHere(given);
  if (value === null) return <span className="value-null">{VALUES.null}</span>;
  if (value === undefined) return <span className="value-null">{VALUES.notWhole}</span>;
  if (value === '') return <span className="value-null">{VALUES.empty}</span>;
  const limit = whole ? WHOLE : IN_GRID;
  const kept = clipText(value, limit);
  const shown = whole ? kept.split('\n').map(visible).join('\n') : visible(kept);
  return (
    <>
      {shown}
      {typeof given === 'object' && given !== null ? (
        <span className="value-null">
          {VALUES.moreBytes(formatBytes(given.more + value.length - kept.length))}
        </span>
      ) : value.length > kept.length ? (
        <span className="value-null">{VALUES.more(formatCount(value.length - kept.length))}</span>
      ) : null}
    </>
  );
}
