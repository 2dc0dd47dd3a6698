/** What the host’s API, the gateway’s control API and decisions on held statements answer. */
import type { ApprovalErrorCode } from '../../../gateway/approvals/approval-error.ts';
import type { ControlErrorCode } from '../../../gateway/control-schema.ts';
import type { UpdateErrorCode } from '../../../main/desktop/updates/update-feed.ts';
import type { ApiErrorCode } from '../../../shared/api/error.ts';
import type { LinkErrorCode } from '../../../shared/fleet/link-error.ts';
import type { Advice } from './advice.ts';

/** Of the host’s API. */
export const API_ADVICE: Readonly<Record<ApiErrorCode, Advice>> = {
  BAD_REQUEST: [
    'The request does not fit the declaration of its route.',
    'The message names the field; see [the API](api.md).',
  ],
  BAD_FILTER: ['The filter has a fault; `range` says where.', 'See [the filter language](filter.md).'],
  NOT_SIGNED_IN: [
    'No bearer or cookie, or one that has ended.',
    'Sign in: open the URL that the host printed, or the team server’s page.',
  ],
  FORBIDDEN: [
    'The caller lacks the permission, or the request came by another host name, origin or proxy.',
    'The message says which; see [roles](serve.md#roles).',
  ],
  REVIEWER_NOT_SIGNED_IN: [
    'A gateway wants to know who decides, and nobody is signed in, or it does not believe them.',
    'Sign in at the gateway’s issuer.',
  ],
  NOT_FOUND: ['There is no such thing, or no such route.', 'It may be in a volume that expired.'],
  CONFLICT: ['Somebody was first.', 'Read it anew, and decide then.'],
  GONE: ['The statement is not held any more.', 'Nothing to decide.'],
  TOO_MANY_REQUESTS: [
    'This person, or this address, asks too often (team server).',
    'The message says when to try again.',
  ],
  NOT_AVAILABLE_HERE: [
    'This host cannot: it is no desktop, or has no gateway or case.',
    'Use the host that can; the message says which.',
  ],
  ARCHIVE_UNREADABLE: ['The archive cannot be read.', 'The message says why; `auditorium verify` says more.'],
  ARCHIVE_OLDER: ['An earlier version wrote it.', 'Use that version.'],
  ARCHIVE_NEWER: ['A later version wrote it.', 'Use that version.'],
  CASE_UNREADABLE: [
    'The case cannot be read.',
    'Open the archive with `--case` and another file; take the last export.',
  ],
  CASE_NEWER: ['A later version wrote the case.', 'Use that version.'],
  CONFIG_UNUSABLE: [
    'The configuration, or the policy that it names, is not there, cannot be read or is wrong.',
    'The message has line and column.',
  ],
  TIMEOUT: ['It took too long and was stopped.', 'Narrow the filter.'],
  GATEWAY_UNREACHABLE: ['The gateway does not answer, or is not ready.', 'See its status and its log.'],
  SIGN_IN_FAILED: [
    'The sign-in failed at the issuer.',
    'The message is the issuer’s, or says what its token lacks.',
  ],
  UNREACHABLE: ['The window’s own: no host answers.', 'Start the host again; the window goes on by itself.'],
  INTERNAL: ['Something nobody foresaw.', 'The host’s log has it; please report it.'],
};

/** Of the control API, on the gateway’s socket. */
export const CONTROL_ADVICE: Readonly<Record<ControlErrorCode, Advice>> = {
  BAD_REQUEST: ['The request is malformed.', 'The message names the field.'],
  UNAUTHENTICATED: [
    'A token is needed and there is none, or it is not believed.',
    'Sign in; send an access token for the gateway’s audience.',
  ],
  FORBIDDEN: ['Who sent the token may not.', 'See [who may do what](approvals.md#who-may-do-what).'],
  NOT_FOUND: ['There is no such session, request or route.', 'It may have ended.'],
  CONFLICT: ['Somebody was first.', 'Read it anew.'],
  GONE: ['The statement is not held any more.', 'Nothing to decide.'],
  CONFIG_INVALID: [
    'The configuration to reload has a fault.',
    'Nothing was changed: mend it at the line that the message names.',
  ],
  UNSUPPORTED: ['This gateway cannot: it runs without what it takes.', 'The message says what.'],
  INTERNAL: ['Something nobody foresaw.', 'The gateway’s log has it; please report it.'],
  UNAVAILABLE: ['A worker, an issuer or the disk does not answer at present.', 'Try again.'],
};

/** Why a team server opens no link to a gateway, or knows it no more. */
export const LINK_ADVICE: Readonly<Record<LinkErrorCode, Advice>> = {
  UNKNOWN: [
    'No gateway of this name has this secret there.',
    '`auditorium fleet list`; `auditorium fleet add NAME --new-secret` gives another.',
  ],
  TAKEN: [
    'Another gateway is linked by this name.',
    'Give each a name of its own; the message says from where the other dialled.',
  ],
  OVER: ['The link was ended, or the server was started anew.', 'Nothing: the gateway dials again.'],
  MALFORMED: [
    'What was sent is not understood, or came from a browser.',
    'Gateway and server of one release; nothing between them that changes requests.',
  ],
  TOO_LARGE: ['More was said at once than is taken.', 'Please report it.'],
  VERSION: ['Gateway and server speak other versions of the link.', 'Bring both to one release.'],
};

/** Why a decision on a held statement did not count; the gateway’s log has these codes. */
export const APPROVAL_ADVICE: Readonly<Record<ApprovalErrorCode, Advice>> = {
  NO_SUCH_REQUEST: ['There was never such a request.', '`auditorium approvals --all`.'],
  NO_LONGER_HELD: ['Its session, its worker or its gateway is gone.', 'Nothing ran.'],
  DECIDED: ['It was decided before.', 'Nothing.'],
  TIMED_OUT: ['Its time was over.', 'The agent sends it again; the rule’s `timeout` says how long.'],
  VOTED: ['The same reviewer has voted before.', 'Another one is needed for the quorum.'],
  OWN_STATEMENT: ['Nobody decides on their own.', 'See [how that is told](approvals.md#deciding).'],
  NOT_A_PERSON: ['The token is of a machine.', 'Sign in as a person.'],
  NOT_AN_APPROVER: [
    'The reviewer is in none of the groups that may decide.',
    'The rule’s `approvers`, or `roles.reviewer`.',
  ],
  REASON_MISSING: ['A rejection says why.', 'Give a reason: the agent is told.'],
  NOT_RECORDED: [
    'The vote could not be recorded, and so does not count.',
    'See the gateway’s log: the disk.',
  ],
};

/** Of the desktop app, when it looks for a newer version. */
export const UPDATE_ADVICE: Readonly<Record<UpdateErrorCode, Advice>> = {
  FEED_UNREACHABLE: [
    'The feed of versions does not answer, or with something else.',
    'The network, or a proxy in between; the app goes on as it is.',
  ],
  FEED_UNSIGNED: [
    'The feed is not signed with the key of this build.',
    'Nothing was fetched. Get the app anew from where you got it.',
  ],
  FEED_UNREADABLE: [
    'The feed is signed and cannot be understood.',
    'It is of a later version: get the app anew.',
  ],
  FEED_DIFFERS: [
    'What was fetched is not what was signed.',
    'Nothing was installed. Try again; where it stays so, report it.',
  ],
};
