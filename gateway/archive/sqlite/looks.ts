/** Looks at statements themselves, where indexes lead to more of them than a filter means. */
import type { SessionId, StatementRow } from '../../../shared/api/session.ts';
import type { AskedSession } from '../../../shared/filter/asked.ts';
import { termsOf, type Filter } from '../../../shared/filter/filter.ts';
import { matchesStatement } from '../../../shared/filter/matches.ts';
import { askedSession, askedStatement } from './asked-rows.ts';
import type { OpenVolume } from './open-volumes.ts';
import { joinedRow, partsOf, type Part } from './session-parts.ts';
import type { StatementPlace } from './statement-query.ts';
import { isLoose } from './word-terms.ts';

/** Its indexes lead to more than it means: each statement is to be looked at. */
export function isLooseFilter({ root }: Filter): boolean {
  return termsOf(root).some(isLoose);
}

/** Looks at statements themselves. */
export class Looks {
  readonly #volumes: readonly OpenVolume[];
  readonly #filter: Filter;
  readonly #sessions = new Map<SessionId, AskedSession | null>();

  constructor(volumes: readonly OpenVolume[], filter: Filter) {
    this.#volumes = volumes;
    this.#filter = filter;
  }

  /** Whether one of some statements of a session in one volume is meant. */
  isAnyMatch([part]: readonly Part[], statements: readonly number[]): boolean {
    if (part === undefined) return false;
    const { volume } = part;
    return statements.some((id) => {
      const row = volume.run(() => volume.statements.row(id));
      return row !== null && this.isMatch({ volume: volume.name, id }, row);
    });
  }

  isMatch({ volume: name, id }: Pick<StatementPlace, 'volume' | 'id'>, row: StatementRow): boolean {
    const volume = this.#volumes.find((candidate) => candidate.name === name);
    const session = this.#sessionOf(row.session);
    if (volume === undefined || session === null) return false;
    const { normalised, texts } = volume.run(() => volume.statements.searched(id));
    return matchesStatement(this.#filter, session, askedStatement(row, normalised, texts));
  }

  #sessionOf(id: SessionId): AskedSession | null {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const row = joinedRow(partsOf(this.#volumes, id));
    const asked = row === null ? null : askedSession(row);
    this.#sessions.set(id, asked);
    return asked;
  }
}
