/** Words of the approvals inbox. */
import type { ApprovalRow, Inbox } from '../../shared/api/approvals.ts';

const GATEWAY: Readonly<Record<Inbox['gateway'], string>> = {
  none: 'no gateway',
  connecting: 'connecting to the gateway',
  connected: 'gateway connected',
  lost: 'gateway lost, trying again',
  refused: 'the gateway wants to know who asks',
};

const ENDED: Readonly<Record<ApprovalRow['state'], string>> = {
  pending: 'waits',
  approved: 'was approved',
  rejected: 'was rejected',
  timeout: 'timed out',
  changed: 'was refused: it had changed',
  abandoned: 'was abandoned by its agent',
};

export const APPROVALS = {
  title: 'Approvals',
  /** As commands of the palette, and on the sheet of keys. */
  commands: { approve: 'Approve: Enter in the reason decides', reject: 'Reject, with a reason' },
  head: {
    gateway: GATEWAY,
    waiting: (statements: string) => `${statements} waiting`,
    nothing: 'nothing waits',
    notify: 'Notify me',
    notifyRefused: 'Notifications refused by the system',
    as: 'deciding as',
  },
  none: {
    gateway: 'No gateway is connected',
    gatewayHint: 'Statements that a policy holds wait here until somebody approves or rejects them.',
    open: 'Open the app with the gateway’s configuration:',
    orSocket: ', or with its control socket:',
    connecting: 'Connecting to the gateway',
    unknown: 'What is held is not known',
    moment: 'This takes a moment.',
    held: 'Nothing waits for approval',
    heldBefore: 'A statement that a rule with',
    heldAfter: 'matches shows here while its agent waits. Such a rule:',
  },
  list: { name: 'Requests', waiting: 'Waiting', over: 'Decided or over' },
  history: {
    name: 'History of the agent',
    held: 'Earlier held statements of this agent',
    noneHeld: 'none was held before',
    latest: 'Its latest statements',
    none: 'the archive holds none yet',
    unreadable: (why: string) => `not readable: ${why}`,
    all: 'all of them',
  },
  deadline: {
    left: 'time left',
    refusedAt: (time: string) => `refused at ${time} unless somebody decides`,
  },
  ended: ({ id, state }: Pick<ApprovalRow, 'id' | 'state'>) => `#${id} ${ENDED[state]}`,
  notification: {
    title: (id: string) => `#${id} waits for approval`,
    on: ' on ',
    statement: 'a statement',
  },
} as const;

/** Words of one request. */
export const REQUEST = {
  name: (id: string) => `Request ${id}`,
  unreadable: (id: string) => `Request #${id} could not be read`,
  by: 'by',
  on: 'on',
  at: 'at',
  toSession: (statement: number) => `statement ${statement} of its session`,
  statement: {
    title: 'Statement',
    cut: 'the rest of the text is not kept',
  },
  why: {
    title: 'Why it is held',
    rule: 'rule',
    because: (what: string) => `because of ${what}`,
    message: 'message',
    severity: 'severity',
    approvers: 'approvers',
    anyReviewer: 'any reviewer',
    or: ' or ',
    quorum: (count: number) => `, ${count} of them`,
    approved: 'approved',
    rejected: 'rejected',
    ended: 'ended',
  },
  does: 'What it does',
  expects: {
    title: 'What the server expects',
    bound: 'What runs is what is approved: text, parameters, search_path and versions of what it uses.',
    textOnly: 'Only text and parameters are bound: search_path and versions could not be read.',
  },
  asks: {
    title: 'Who asks',
    subject: 'subject',
    client: (name: string) => ` by client ${name}`,
    issuer: 'issuer',
    groups: 'groups',
    job: 'CI job',
    noJob: 'none',
    attested: 'attested by a verified claim',
    asserted: 'asserted, not proven',
    startedBy: (actor: string) => `, started by ${actor}`,
    from: 'from',
  },
  decide: {
    signInNeeded: 'Deciding takes your own sign-in: who decides is on the record.',
    signIn: 'Sign in to decide',
    reason: 'Reason (optional)',
    rejectReason: 'Why it is rejected: the agent is told',
    reasonNeeded: 'Say why it is rejected: the agent is told.',
    reasonOf: { approve: 'Reason for approving', reject: 'Reason for rejecting' },
    approve: 'Approve',
    reject: 'Reject',
    sending: { approve: 'approving…', reject: 'rejecting…' },
    enter: { approve: 'approves', reject: 'rejects' },
    as: (name: string) => `as ${name}`,
    noAnswer: 'the host did not answer',
    chooseOther: 'choose one that waits, up with',
    noOther: 'nothing else waits',
  },
} as const;
