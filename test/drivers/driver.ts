/** What a client library or program can do that goes over the wire in a way of its own. */
import type { TestAddress } from '../gateway.ts';

/** In the order of the table's columns. */
export const FEATURES = [
  /** Query, several results in one, values of many types as text. */
  'simple',
  /** Errors with all their fields, transactions and savepoints they abort. */
  'errors',
  /** One Parse, many Binds. */
  'prepared',
  /** Several statements before a Sync. */
  'pipeline',
  /** One of them fails. */
  'pipeline errors',
  /** Parameters and results in binary. */
  'binary',
  /** A result fetched a few rows at a time. */
  'cursor',
  'COPY text',
  'COPY binary',
  /** A CancelRequest while a statement runs. */
  'cancel',
  /** LISTEN and NOTIFY, and whose notification it is. */
  'notify',
  /** Through FunctionCall where the driver has it so. */
  'large objects',
  /** Values of megabytes, tens of thousands of rows. */
  'big rows',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Uses one feature and tells all that came back, less what differs between two databases (OIDs, process ids). */
export type FeatureRun = (address: TestAddress) => Promise<unknown>;

export interface Driver {
  readonly name: string;
  /** Debian's packages that bring it; empty for what npm brings. */
  readonly packages: readonly string[];
  /** Why it cannot run here, null when it can. */
  missing(): string | null;
  /** What it can do. */
  readonly features: Partial<Readonly<Record<Feature, FeatureRun>>>;
  /** It knows no authentication but a password in the clear, so that its direct run needs a user of its own. */
  readonly clearPassword?: boolean;
}
