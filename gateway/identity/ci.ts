/** A CI job as three words: from what the agent says of itself, or from verified claims. */

/** A CI job: `provider` is github, gitlab, buildkite or another word the agent gave. */
export interface CiJob {
  readonly provider: string;
  readonly run: string;
  readonly job: string;
}

/** Reads `ci:<provider>:<run>:<job>` (gh, gl and bk stand for the full names); null when it is anything else. */
export function assertedCi(_applicationName: string): CiJob | null {
  throw new Error('being written');
}
