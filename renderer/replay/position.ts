/** Where the cursor stands, in words. */
import type { SessionRow } from '../../shared/api/session.ts';
import type { Player } from '../player/use-player.ts';
import { formatClock } from '../ui/format.ts';
import { PLAYING } from '../words/playing.ts';
import type { CurrentStatement } from './statement-at.ts';
import { numberOf } from './statement-number.ts';

/** `statement 3/12`, and what the record calls it where that is another number: a Query may hold several statements. */
export function positionOf(
  { statements }: Pick<SessionRow, 'statements'>,
  current: CurrentStatement | null,
  place: number | null,
): string {
  if (current === null) return statements === 0 ? PLAYING.noStatements : PLAYING.before;
  const number = numberOf({ statement: current.number, ordinal: current.ordinal });
  if (place === null) return PLAYING.statementNumber(number);
  return PLAYING.statementOf(place, statements, number);
}

/** For screen readers: the step, the statement, the time, and what happened. */
export function saysOf(
  { step, state, list }: Pick<Player, 'step' | 'state' | 'list'>,
  position: string,
  label: string | null,
): string {
  if (step === undefined) return PLAYING.loading;
  return PLAYING.says(
    state.index + 1,
    list.complete ? list.length : null,
    `${position}, ${formatClock(step.time)}: ${label ?? '…'}`,
  );
}
