/** The golden table: what comes of each query under the corpus' policies. */
import { CHANNELS } from './channels.ts';
import { COLUMNS } from './columns.ts';
import { CONSTANTS } from './constants.ts';
import { DEFINITIONS } from './definitions.ts';
import { EXPRESSIONS } from './expressions.ts';
import type { Row } from './row.ts';
import { STATEMENTS } from './statements.ts';

/** Under a policy that only masks. */
export const CORPUS: readonly Row[] = [
  ...COLUMNS,
  ...EXPRESSIONS,
  ...STATEMENTS,
  ...DEFINITIONS,
  ...CONSTANTS,
  ...CHANNELS,
];
