/** What may be done with a cell of a result: noted, added to a finding, or redacted. */
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import { askRedaction } from '../asking.ts';
import { chooseFinding, writeNote } from '../casework/marking.ts';
import { scopesOf, type Scope } from '../casework/scopes.ts';
import { partOf, type ResultShape } from '../player/result.ts';
import type { CellAct } from '../ui/cell-grid-column.ts';
import { EVIDENCE } from '../words/evidence.ts';
import { NOTES } from '../words/notes.ts';
import { REDACTION } from '../words/operating.ts';
import type { CurrentStatement } from './statement-at.ts';

interface ResultPlace {
  readonly session: SessionId;
  readonly shape: ResultShape;
  readonly current: CurrentStatement;
  readonly row: StatementRow | null;
}

/** The acts on cells of the current statement's result. */
export function cellActs(place: ResultPlace): readonly CellAct[] {
  return [
    {
      name: NOTES.writeShort,
      shortcut: 'n',
      run: (row, column, name) => writeNote(scopesOfCell(place, row, column, name)),
    },
    {
      name: EVIDENCE.short,
      shortcut: 'f',
      run: (row, column, name) => chooseFinding(scopesOfCell(place, row, column, name)),
    },
    {
      name: REDACTION.open,
      shortcut: 'x',
      run: (row) =>
        askRedaction({
          session: place.session,
          sequence: place.shape.parts[partOf(place.shape, row)]?.sequence ?? null,
          field: null,
          value: null,
        }),
    },
  ];
}

/** Longest name of a column that an anchor holds. */
const NAME_LENGTH = 200;

function scopesOfCell(
  { session, shape, current, row: statement }: ResultPlace,
  row: number,
  column: number,
  name: string,
): Scope[] {
  return scopesOf({
    session,
    sequence: shape.parts[partOf(shape, row)]?.sequence ?? null,
    statement,
    cell: {
      statement: current.number,
      ordinal: current.ordinal,
      row,
      column,
      name: name.slice(0, NAME_LENGTH),
    },
  });
}
