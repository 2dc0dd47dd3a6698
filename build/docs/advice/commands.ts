/** What `auditorium` ends with when it fails, and what `auditorium verify` finds. */
import type { FailureCode } from '../../../main/failure.ts';
import type { Verdict } from '../../../shared/recording/verdict.ts';
import type { Advice } from './advice.ts';

/** By code; the message that stands behind it names what and where. */
export const COMMAND_ADVICE: Readonly<Record<FailureCode, Advice>> = {
  INTERNAL: [
    'Something nobody foresaw.',
    'Run it again with `AUDITORIUM_DEBUG=1` for where it happened, and report it.',
  ],
  INTERRUPTED: [
    'It was stopped before it was done.',
    'Start it again: what is half done is not left behind.',
  ],
  BAD_USAGE: [
    'The command line was not understood.',
    '`auditorium COMMAND --help`, or [the commands](cli.md).',
  ],
  BAD_FILTER: ['The filter has a fault; the message points at it.', 'See [the filter language](filter.md).'],
  NOT_AVAILABLE_HERE: [
    'The archive cannot answer this: words of statements and rows are not in an index.',
    'Ask by `sql:`, `table:` or `column:`, or fetch what you need and search there; see [the remote index](remote-index.md).',
  ],
  INDEX_UNUSABLE: [
    'ClickHouse in a process (chdb) could not be installed.',
    'See what npm said; or name a ClickHouse server with `--index`. See [the remote index](remote-index.md).',
  ],
  BAD_DURATION: ['Not a duration.', 'Write `250ms`, `90s`, `5m`, `1h` or `7d`.'],
  FILE_EXISTS: [
    'The file to write is there already.',
    'Name another, or say `--force` where the command has it.',
  ],
  FILE_UNREADABLE: ['A file that was named cannot be read.', 'See whether it is there and yours to read.'],
  FORMAT_UNKNOWN: [
    'What kind of log or recording a file is cannot be told.',
    'Say `--format`; see [imports](import.md).',
  ],
  IMPORT_TOO_LARGE: [
    'A document that must be read whole is larger than 256 MiB.',
    'Import its sessions one by one.',
  ],
  EXPORT_TOO_LARGE: [
    'More than this format can hold.',
    'Take fewer sessions by `--filter` or `--session`, or another format.',
  ],
  REDACTION_TOO_LARGE: [
    'More would be taken out than can be at once.',
    'Take it out in parts: by session, or by time in `--filter`.',
  ],
  CONFIG_NOT_FOUND: [
    'There is no such configuration file.',
    'Name it by `--config`; [the configuration](configuration.md) says what stands in it.',
  ],
  CONFIG_UNREADABLE: ['The configuration cannot be read.', 'See who owns it.'],
  CONFIG_INVALID: [
    'The configuration has a fault, at the line and column that the message names.',
    'Mend it there; [every setting](configuration.md).',
  ],
  POLICY_NOT_FOUND: ['There is no such policy file.', '`auditorium policy init` writes one.'],
  POLICY_UNREADABLE: ['The policy cannot be read.', 'See who owns it.'],
  POLICY_INVALID: [
    'The policy has faults; each is told with line, column and rule.',
    '`auditorium policy check FILE` lists all of them.',
  ],
  TLS_UNUSABLE: [
    'Certificate or key cannot be read, or do not belong together.',
    '`gateway.tls` or `serve.tls`: PEM files, the certificate with its chain.',
  ],
  BAD_ENTRY: ['A note or finding says too little, such as no title.', 'The message says what is missing.'],
  CASE_UNREADABLE: [
    'The file is no case, or is damaged.',
    'Take the last export; `auditorium case verify` says what verifies.',
  ],
  CASE_NEWER: ['A later version of Auditorium wrote this case.', 'Use that version.'],
  ARCHIVE_NOT_FOUND: [
    'There is no archive there.',
    'Name a volume (`.audit`), a folder of volumes, or `s3://BUCKET/PREFIX`.',
  ],
  NOT_AN_ARCHIVE: [
    'What is there is no archive.',
    'Logs and recordings of other programs come in by `auditorium import`.',
  ],
  ARCHIVE_OLDER: [
    'An earlier version wrote this archive, in a format that is not read any more.',
    'Use the version that wrote it; its bundles verify with the `verify.py` that lies in them.',
  ],
  ARCHIVE_NEWER: ['A later version wrote this archive.', 'Use that version.'],
  ARCHIVE_DAMAGED: [
    'The archive is damaged; the message says where.',
    'Keep it as it is, run `auditorium verify`, and take a copy from elsewhere. What verifies can still be exported.',
  ],
  ARCHIVE_BUSY: [
    'Another program writes this archive, or changes it at this moment.',
    'Wait, or stop it; a gateway’s archive is changed through its gateway (`--config`).',
  ],
  ARCHIVE_TIMEOUT: [
    'A question to the archive took too long and was stopped.',
    'Narrow it: a time, a table, a token.',
  ],
  LOG_OPEN: [
    'The log in this archive was not closed: its gateway may still write it.',
    'Name the gateway’s configuration, or start and stop the gateway once.',
  ],
  ARCHIVE_UNREACHABLE: ['The bucket cannot be reached.', 'See [buckets](bucket.md#when-it-fails).'],
  ARCHIVE_REFUSED: [
    'What came from elsewhere is not opened: it holds what no archive of Auditorium holds, is not what its manifest says, or its store denies access.',
    'The message says what. For buckets see [when it fails](bucket.md#when-it-fails).',
  ],
  PORT_TAKEN: ['Another program listens there.', 'Stop it, or choose another port.'],
  CANNOT_LISTEN: [
    'It may not listen there.',
    'Ports below 1024 take the right to; the address must be one of this machine.',
  ],
  NOT_LOOPBACK: [
    'The development issuer signs for anybody, and a listener of the gateway can be reached from elsewhere.',
    'Keep all listeners on loopback, or use a real issuer.',
  ],
  CONTROL_TAKEN: [
    'Another gateway uses this control socket.',
    'Stop it, or give each its own `gateway.control`.',
  ],
  CONTROL_UNSAFE: [
    'Others than the gateway’s user could reach the control socket.',
    'Take away their rights to its folder (mode 0700).',
  ],
  NO_ISSUER: [
    'No issuer is known that could be asked.',
    'Name the configuration by `--config`; for the development issuer, start the demo or a gateway with `profile: development`. People sign in at issuers with `signIn`.',
  ],
  ISSUER_NOT_RUNNING: [
    'The issuer does not answer.',
    'The development issuer runs with its gateway: start that. For another, see whether this machine reaches it.',
  ],
  REFUSED: ['The development issuer refused to make this token.', 'The message says why.'],
  NOT_SIGNED_IN: ['Nobody is signed in, or the sign-in has ended.', '`auditorium login --config FILE`.'],
  SIGN_IN_FAILED: [
    'The sign-in did not come to an end.',
    'The message is the issuer’s, or says what its token lacks: audience, groups, a person.',
  ],
  FORBIDDEN: ['Whoever is signed in may not do this.', 'The message names the role or group that may.'],
  NOT_YOURS: ['Only its author may change it.', 'Write a note of your own beside it.'],
  KEY_UNUSABLE: [
    'A key cannot be used: damaged, of another kind, or readable by others.',
    'Ed25519, PEM, mode 0600.',
  ],
  KEY_NOT_FOUND: [
    'There is no such key file.',
    'Name it; `auditorium key show` prints the public one of a gateway.',
  ],
  KEY_EXISTS: ['There is a key already, and none is written over.', 'Name another file.'],
  KEY_OF_OTHERS: [
    'This key is not the one that the archive was recorded with.',
    'Only the key’s holder can take values out.',
  ],
  CASE_NOT_FOUND: ['There is no such case.', '`auditorium case` lists those that are here.'],
  ENTRY_NOT_FOUND: [
    'There is no such note or finding in the case, or no such place in the archive.',
    'It may be in another case (`--case`), or in a volume that has expired.',
  ],
  SESSION_NOT_FOUND: ['No session’s id begins so.', '`auditorium find ARCHIVE --sessions` lists them.'],
  FINDING_NOT_FOUND: [
    'No finding has this number.',
    'The board of the window shows numbers; the finding may be in another case (`--case`).',
  ],
  STEP_NOT_FOUND: ['The session has no such step.', '`auditorium replay --json` numbers them.'],
  NOTHING_SELECTED: ['Nothing matches.', 'Try the same filter with `auditorium find`.'],
  NO_PROOF: [
    'What would prove these events is not here: a volume or a checkpoint is missing.',
    'Export from the whole archive, or after the gateway has signed (10 s).',
  ],
  EVENT_NOT_FOUND: [
    'There is no such event in the archive.',
    'Numbers are those of a log; say `LOG:NUMBER` where there are several.',
  ],
  REQUEST_NOT_FOUND: ['No request for approval has this number.', '`auditorium approvals --all` lists them.'],
  NO_LONGER_HELD: [
    'The statement waits no longer: its time was over, its agent left, or the gateway was restarted.',
    'Nothing ran. The agent sends it again.',
  ],
  ALREADY_DECIDED: ['It was decided before, or you have voted.', 'The message says how.'],
  UNSUPPORTED: [
    'This machine or system lacks what it takes.',
    'The message names it: a newer Node, an operating system that shares ports, a display.',
  ],
  NO_DATABASE: ['There is no such database, or none can be started here.', 'The message says which.'],
  NOT_BUILT: [
    'A part of the program was not built, or is missing.',
    '`npm run build` in a checkout says more; else install it again.',
  ],
  CANNOT_WRITE: ['A file or folder cannot be written.', 'Room on the disk, and whose it is.'],
  WORKER_FAILED: [
    'A worker of the gateway ended and could not be started again.',
    'The lines before it in the log say why.',
  ],
  GATEWAY_NOT_RUNNING: [
    'No gateway answers on the control socket.',
    'Start it, or name its configuration or `--control`.',
  ],
  GATEWAY_NOT_READY: ['The gateway answers and takes no sessions.', '`auditorium gateway status` says why.'],
  DATABASE_FAILED: [
    'A registered database cannot be reached, or does not answer.',
    'See [databases](#why-a-database-is-not-reached).',
  ],
  SPOOL_BUSY: [
    'Another process uses this spool.',
    'Stop it. After a disk hung, its lock stays until the kernel lets go.',
  ],
  SPOOL_DAMAGED: [
    'The spool is broken at a place that was on disk for certain.',
    'Keep a copy. See [When the disk fails](gateway.md#when-the-disk-fails).',
  ],
  SPOOL_VERSION: [
    'Another version of Auditorium wrote this spool.',
    'Start that version once: it ships what is in it.',
  ],
  SPOOL_FULL: [
    'The spool is at its limit.',
    'See why the archive is behind, or raise `gateway.spool.limit`.',
  ],
  SPOOL_WRITE: [
    'Writing to the spool failed.',
    'The disk: room, errors. What is on it is shipped; the process ends and can be started again.',
  ],
  SPOOL_SYNC: [
    'Syncing the spool failed; its file is not used again.',
    'The disk: errors in the kernel’s log. Start the gateway again when it is sound.',
  ],
  SPOOL_STALLED: ['The disk did not answer within `gateway.spool.deadline`.', 'As with `SPOOL_SYNC`.'],
  SPOOL_PLACE: [
    'The spool’s folder is no place for a journal: on a network, readable by others, or not writable.',
    'A folder of this machine, the gateway’s user alone (mode 0700).',
  ],
};

/** What to do about each verdict; what it says is told by the verifier itself. */
export const VERDICT_ADVICE: Readonly<Record<Verdict, string>> = {
  VERIFIED:
    'Nothing. A tail that was cut off behind the newest checkpoint that anybody else has cannot be noticed: keep `anchors`.',
  VERIFIED_WITH_REDACTIONS: 'See who took what out and why: `auditorium verify` lists it.',
  INCOMPLETE:
    'A gateway that still runs, a volume in another folder or bucket, or one that expired. What is missing is named.',
  TRUNCATED: 'Somebody took events away, or an older copy was put back. Find the newer copy.',
  FORKED:
    'Two histories were signed with one key: whoever holds the key wrote one of them anew, or a copy was continued.',
  CORRUPT: 'Keep it as evidence, and compare with another copy. The events concerned are listed.',
  INDEX_MISMATCH:
    'Trust what verifies: exports and replays read events. The gateway makes lists anew when a volume is copied and opened.',
  UNKNOWN_KEY: 'Get the public key from somebody you trust: `auditorium key pin FILE`, or `--key`.',
  REORDERED:
    'Somebody with rights to the bucket exchanged objects. Earlier versions of them may still be there: keep all, and see who wrote when.',
  MISSING:
    'Where a mark hides an object, remove the mark; else look for a copy: a replica of the bucket, the archive’s folder, its volumes.',
  REPLACED:
    'Keep the newer version as evidence, and see who wrote it. What was put is read from the version that is named.',
  EXTRA: 'See who put them. They are read by nobody: the evidence is what manifests name.',
  LOCK_EXPIRED:
    'Extend the retention of the objects that must stay, or let the rules of the bucket remove them.',
  UNSUPPORTED_VERSION: 'Use the version that wrote it.',
};
