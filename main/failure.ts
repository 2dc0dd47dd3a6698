/** What a command failed of: one line with a code for people and logs, and an exit status for scripts. */
import { ArchiveError, type ArchiveErrorCode } from '../gateway/archive/archive.ts';

/** Exit statuses, one a family of failures. 0 is success; the verdicts of `verify` begin at 20. */
export const EXIT_STATUS = {
  /** Something nobody foresaw. */
  internal: 1,
  /** The command line: unknown command, missing argument, malformed filter. */
  usage: 2,
  /** The configuration file, or the policy. */
  config: 3,
  /** The archive cannot be opened or read. */
  archive: 4,
  /** A port, or an address to listen on. */
  listen: 5,
  /** A token, or the issuer that mints them. */
  identity: 6,
  /** The archive is fine and does not hold what was asked for. */
  absent: 7,
  /** This machine lacks something: a newer Node, room on the disk, PostgreSQL. */
  machine: 8,
  /** The spool or another part of the recorder. */
  recorder: 9,
  /** A running gateway: none answers, it is not ready, or it does not do what it was told. */
  gateway: 10,
  /** A registered database: it cannot be reached, or does not answer. */
  database: 11,
} as const;
type Family = keyof typeof EXIT_STATUS;

/** Every code a command ends with, and its family. */
export const FAILURES = {
  INTERNAL: 'internal',
  INTERRUPTED: 'internal',
  BAD_USAGE: 'usage',
  BAD_FILTER: 'usage',
  NOT_AVAILABLE_HERE: 'usage',
  INDEX_UNUSABLE: 'machine',
  BAD_DURATION: 'usage',
  FILE_EXISTS: 'usage',
  FILE_UNREADABLE: 'usage',
  FORMAT_UNKNOWN: 'usage',
  IMPORT_TOO_LARGE: 'usage',
  EXPORT_TOO_LARGE: 'usage',
  REDACTION_TOO_LARGE: 'usage',
  CONFIG_NOT_FOUND: 'config',
  CONFIG_UNREADABLE: 'config',
  CONFIG_INVALID: 'config',
  POLICY_NOT_FOUND: 'config',
  POLICY_UNREADABLE: 'config',
  POLICY_INVALID: 'config',
  TLS_UNUSABLE: 'config',
  BAD_ENTRY: 'usage',
  CASE_UNREADABLE: 'archive',
  CASE_NEWER: 'archive',
  ARCHIVE_NOT_FOUND: 'archive',
  NOT_AN_ARCHIVE: 'archive',
  ARCHIVE_OLDER: 'archive',
  ARCHIVE_NEWER: 'archive',
  ARCHIVE_DAMAGED: 'archive',
  ARCHIVE_BUSY: 'archive',
  ARCHIVE_TIMEOUT: 'archive',
  LOG_OPEN: 'archive',
  ARCHIVE_UNREACHABLE: 'archive',
  ARCHIVE_REFUSED: 'archive',
  PORT_TAKEN: 'listen',
  CANNOT_LISTEN: 'listen',
  NOT_LOOPBACK: 'listen',
  CONTROL_TAKEN: 'listen',
  CONTROL_UNSAFE: 'listen',
  NO_ISSUER: 'identity',
  ISSUER_NOT_RUNNING: 'identity',
  REFUSED: 'identity',
  NOT_SIGNED_IN: 'identity',
  SIGN_IN_FAILED: 'identity',
  FORBIDDEN: 'identity',
  NOT_YOURS: 'identity',
  KEY_UNUSABLE: 'identity',
  KEY_NOT_FOUND: 'identity',
  KEY_EXISTS: 'identity',
  KEY_OF_OTHERS: 'identity',
  CASE_NOT_FOUND: 'absent',
  ENTRY_NOT_FOUND: 'absent',
  SESSION_NOT_FOUND: 'absent',
  FINDING_NOT_FOUND: 'absent',
  STEP_NOT_FOUND: 'absent',
  NOTHING_SELECTED: 'absent',
  NO_PROOF: 'absent',
  EVENT_NOT_FOUND: 'absent',
  REQUEST_NOT_FOUND: 'absent',
  NO_LONGER_HELD: 'absent',
  ALREADY_DECIDED: 'absent',
  UNSUPPORTED: 'machine',
  NO_DATABASE: 'machine',
  NOT_BUILT: 'machine',
  CANNOT_WRITE: 'machine',
  WORKER_FAILED: 'recorder',
  GATEWAY_NOT_RUNNING: 'gateway',
  GATEWAY_NOT_READY: 'gateway',
  DATABASE_FAILED: 'database',
  SPOOL_BUSY: 'recorder',
  SPOOL_DAMAGED: 'recorder',
  SPOOL_VERSION: 'recorder',
  SPOOL_FULL: 'recorder',
  SPOOL_WRITE: 'recorder',
  SPOOL_SYNC: 'recorder',
  SPOOL_STALLED: 'recorder',
  SPOOL_PLACE: 'recorder',
} as const satisfies Record<string, Family>;
export type FailureCode = keyof typeof FAILURES;

/** A command's own failure; `message` says what, where and how to mend it. */
export class CommandError extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
  }
}

const ARCHIVE_FAILURES: Readonly<Record<ArchiveErrorCode, FailureCode>> = {
  NOT_FOUND: 'ARCHIVE_NOT_FOUND',
  NOT_AN_ARCHIVE: 'NOT_AN_ARCHIVE',
  OLDER_VERSION: 'ARCHIVE_OLDER',
  NEWER_VERSION: 'ARCHIVE_NEWER',
  DAMAGED: 'ARCHIVE_DAMAGED',
  BUSY: 'ARCHIVE_BUSY',
  TIMEOUT: 'ARCHIVE_TIMEOUT',
  UNREACHABLE: 'ARCHIVE_UNREACHABLE',
  REFUSED: 'ARCHIVE_REFUSED',
  BAD_CURSOR: 'BAD_USAGE',
  BAD_FILTER: 'BAD_FILTER',
  NOT_HERE: 'NOT_AVAILABLE_HERE',
};

/** Any thrown value as code and message; a code of another part of the program stays as it is. */
export function toCommandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandError) return thrown;
  if (thrown instanceof ArchiveError) {
    return new CommandError(ARCHIVE_FAILURES[thrown.code], thrown.message, { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return new CommandError(isFailureCode(code) ? code : 'INTERNAL', message, { cause: thrown });
}

function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}

/** The exit status that says this failure's family. */
export function statusOf({ code }: CommandError): number {
  return EXIT_STATUS[FAILURES[code]];
}
