import type { Driver } from './driver.ts';
import { PG_DRIVERS } from './pg-driver.ts';
import { POSTGRES_DRIVER } from './postgres-driver.ts';
import { POSTGRES_PROGRAMS } from './postgres-programs.ts';
import { PROGRAM_DRIVERS } from './programs.ts';

/** Every driver, in the order of the table's rows. */
export const DRIVERS: readonly Driver[] = [
  ...POSTGRES_PROGRAMS,
  ...PG_DRIVERS,
  POSTGRES_DRIVER,
  ...PROGRAM_DRIVERS,
];
