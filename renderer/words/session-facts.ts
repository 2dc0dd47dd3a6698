/** Names of a session's facts. */
export const SESSION_FACTS = {
  session: 'session',
  standing: 'standing',
  agent: 'agent',
  userMeans: 'the user it came as: the agent’s own word, not verified',
  job: 'job',
  connection: 'connection',
  started: 'started',
  ended: 'ended',
  did: 'did',
  policy: 'policy',
  counts: (statements: string, rows: string, errors: string) =>
    `${statements} statements, ${rows} rows, ${errors} errors`,
  decided: (denied: string, held: string, masked: string) =>
    `${denied} denied, ${held} held, ${masked} masked`,
} as const;
