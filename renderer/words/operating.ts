/** Words for what people do to the gateway from the window: ending sessions, taking values out of the record. */
export const OPERATING = {
  unknownFailure: 'the host did not answer',
  noGateway:
    'This window knows of no gateway. Open it with --config FILE (the gateway’s configuration) or --control SOCKET, or use the command line:',
  lost: 'The gateway does not answer at present; it is tried again.',
  signIn: 'Sign in',
  cancel: 'Cancel',
  reason: 'Reason',
} as const;

export const ENDING = {
  end: 'End session…',
  command: 'End this live session…',
  title: (agent: string) => `End the session of ${agent}?`,
  means:
    'The agent’s connection is closed, and what the database still works on for it is cancelled. The record says who ended it, and why.',
  reasonHint: 'Why it is ended: it stays in the record',
  confirm: 'End it',
  sending: 'ending…',
  as: (name: string) => `as ${name}`,
  done: 'It was told to end.',
  byCommand: (session: string) => `auditorium gateway kill ${session} --config FILE --reason '…'`,
  ended: 'This session has ended while you looked:',
  endedAt: (time: string) => `at ${time} UTC`,
} as const;

export const HELD = {
  waits: (statement: string) => `Statement ${statement} is held and waits for a decision.`,
  left: (time: string) => `refused by itself at ${time} UTC`,
  decide: 'Approve or reject…',
} as const;

export const LAG = {
  behind: (seconds: string, bytes: string) => `archive ${seconds} behind (${bytes})`,
  means: 'recorded by the gateway and not in the archive yet: it comes by itself',
  silent: 'gateway does not answer',
  silentMeans:
    'nobody knows whether it has recorded more than what is here; how it is: auditorium gateway status',
} as const;

export const REDACTION = {
  open: 'Redact…',
  command: 'Redact something of this session…',
  title: 'Take something out of the record',
  means:
    'What goes is gone for good, from every list, search and replay. That it was there, how long it was, who took it out and why stays, signed; all proofs stay good.',
  what: 'What goes',
  whole: 'Everything that this session sent and got',
  event: 'All values of this event',
  field: (field: string) => `The ${field} of this event`,
  value: 'A value, wherever it stands',
  inSession: 'in this session',
  inEvent: 'in this event',
  valueLabel: 'Value',
  valueHint: 'at least 4 characters, exactly as it was sent or got',
  keepRest: 'Keep what is around it',
  reasonHint: 'Why: it stays in the record, so the value must not be in it',
  look: 'What would go?',
  looking: 'looking…',
  wouldGo: 'Would go:',
  nothing: 'Nothing is there that could go.',
  payloads: (count: string, kind: string) => `${count} × ${kind}`,
  ofSessions: (count: string) => `of ${count}`,
  goneBefore: (count: string) => `${count} gone before`,
  elsewhere: (count: string) =>
    `The value also stands in ${count} where it cannot be taken out, such as a name of a table:`,
  storeGone: (count: string) =>
    `All values of ${count} in the remote store are taken back with it: their keys are destroyed.`,
  storeLeft: (count: string) => `The remote store keeps the values of ${count}:`,
  storeLocked: 'they were put there without keys that could be destroyed, and stay until its locks end.',
  storeAlone: 'one value alone cannot be taken out of it.',
  takeBack: 'Take back all values of the session there, by destroying its key',
  confirmLabel: (word: string) => `Type ${word} to confirm`,
  confirmWord: 'redact',
  apply: 'Take it out',
  applying: 'being taken out: volumes are written anew…',
  done: (count: string) => `${count} taken out.`,
  close: 'Close',
  byCommand: (session: string) =>
    `auditorium redact --config FILE --session ${session} --value - --reason '…'`,
} as const;
