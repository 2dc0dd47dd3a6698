/** What the head of a session says: who, from where, to what, when, how much. */
export const REPLAY_HEAD = {
  back: 'Back',
  actions: 'What can be done with this session',
  noIdentity: 'identity not recorded',
  noToken: 'no verified token',
  issuedBy: (subject: string, issuer: string) => `subject ${subject}, issued by ${issuer}`,
  ofRun: 'Sessions of this run',
  ofMismatch: 'Sessions whose agents named another job than their own',
  to: 'to',
  lacks: (what: readonly string[]) => `does not record ${what.join(', ')}`,
  importedFrom: 'imported from',
  statement: 'stmt',
  rows: 'rows',
  end: 'end',
  utc: 'UTC',
} as const;
