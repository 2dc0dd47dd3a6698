/** A value of the database as text: NULL, empty and unrecorded look other than any text. */
import { clipText, visible } from '../../shared/replay/visible.ts';
import { VALUES } from '../words/values.ts';
import { formatCount } from './format.ts';

/** UTF-16 units of a value in a grid, and of one shown whole. */
const IN_GRID = 200;
const WHOLE = 50_000;

/** Whether a grid shows only the beginning of a value. */
export function isClipped(value: string | null | undefined): boolean {
  return typeof value === 'string' && value.length > IN_GRID;
}

interface CellTextProps {
  /** null is NULL; undefined is not recorded whole. */
  readonly value: string | null | undefined;
  /** Shows line breaks, and far more of it. */
  readonly whole?: boolean;
}

export function CellText({ value, whole = false }: CellTextProps) {
  if (value === null) return <span className="value-null">{VALUES.null}</span>;
  if (value === undefined) return <span className="value-null">{VALUES.notWhole}</span>;
  if (value === '') return <span className="value-null">{VALUES.empty}</span>;
  const limit = whole ? WHOLE : IN_GRID;
  const kept = clipText(value, limit);
  const shown = whole ? kept.split('\n').map(visible).join('\n') : visible(kept);
  return (
    <>
      {shown}
      {value.length > kept.length ? (
        <span className="value-null">{VALUES.more(formatCount(value.length - kept.length))}</span>
      ) : null}
    </>
  );
}
