/** What was typed, taken for a filter. */
import { FIELD_NAMES } from '../../shared/filter/vocabulary.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { scanTokens } from '../../shared/filter/scan.ts';
import type { Command } from '../commands.ts';
import { goTo, placeAt } from '../router.ts';
import { PALETTE } from '../words/palette.ts';

/** Lists that show it, when it names a field of filters or is a phrase in quotes; else none: most of what is typed here is a name. */
export function typedCommands(typed: string): Command[] {
  const filter = typed.trim();
  if (!isFilter(filter)) return [];
  const query = `filter=${encodeURIComponent(filter)}`;
  return [
    {
      id: 'typed.sessions',
      name: PALETTE.filterSessions,
      detail: filter,
      group: 'typed',
      run: () => goTo(placeAt(`/sessions?${query}`)),
    },
    {
      id: 'typed.statements',
      name: PALETTE.filterStatements,
      detail: filter,
      group: 'typed',
      run: () => goTo(placeAt(`/statements?${query}`)),
    },
  ];
}

function isFilter(text: string): boolean {
  const means = scanTokens(text).some(
    (token) =>
      token.kind === 'word' &&
      (token.quoted || FIELD_NAMES.some((field) => field === token.name?.toLowerCase())),
  );
  return means && parseFilter(text).filter !== undefined;
}
