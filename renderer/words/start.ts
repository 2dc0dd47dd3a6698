/** Words of the first screen, and of beginning a configuration. */
export const START = {
  title: 'Where do you want to begin?',
  lead: 'Auditorium shows, frame by frame, what agents and CI jobs did to a database.',
  open: 'Open an archive',
  openMeans:
    'A folder of volumes, one .audit file, an exported bundle, or s3://bucket/prefix with volumes or what gateways ship.',
  path: 'Path of the archive',
  go: 'Open',
  opening: 'opening…',
  recent: 'Recently opened',
  noRecent: 'None was opened on this machine yet.',
  demo: 'Try the demo',
  demoMeans:
    'Starts a database and a gateway on this machine and records a short story: a deployer, an analyst, an agent that goes too far. About 20 seconds.',
  demoGo: 'Start the demo',
  demoStarting: 'recording its story…',
  demoRunning: 'It runs; it ends with this program.',
  gateway: 'Run a gateway',
  gatewayMeans:
    'Agents connect through it with their own token; what they do is recorded, judged and masked.',
  gatewayNew: 'Begin a configuration…',
  gatewayHave: 'Path of an auditorium.yaml',
  gatewayTake: 'Use it',
  gatewayKnown: (file: string) => `${file} is in use.`,
  gatewayShow: 'Show the gateway',
  shown: (archive: string) => `Open now: ${archive}`,
  elsewhere: 'Open something else',
  back: 'Back to the sessions',
  notHere: 'This window shows one archive. Open another with:',
  notHereCommand: 'auditorium open PATH',
  failed: 'Where one can begin could not be had',
} as const;

export const WIZARD = {
  title: 'Begin a configuration',
  means: 'It is written as a file that you can edit: auditorium.yaml, with a policy beside it.',
  file: 'Write it to',
  archive: 'Archive folder',
  archiveHint: 'where the record is kept; from the file’s folder',
  listen: 'Agents connect to',
  listenHint: '127.0.0.1:6432 is this machine alone; more takes TLS',
  connection: 'The database',
  issuer: 'Whose tokens are taken',
  write: 'Write it',
  writing: 'writing…',
  cancel: 'Cancel',
} as const;
