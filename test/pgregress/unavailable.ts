/** Why the suites cannot run on this machine, in one line for a person. */
export class Unavailable extends Error {
  readonly code = 'UNAVAILABLE';
}
