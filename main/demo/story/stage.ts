/** Where the story plays: the gateway, and how an agent comes to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Who an agent is, as its token will say. */
export interface Who {
  readonly subject: string;
  readonly client?: string;
  readonly groups?: readonly string[];
}

/** The CI job a token of its own attests. */
export interface Job {
  readonly provider: 'github';
  readonly run: string;
  readonly job: string;
  readonly repository: string;
  readonly ref: string;
  readonly actor: string;
  /** How long its token is good for, such as `5m`. */
  readonly expires: string;
}

/** The service account that every run of the pipeline uses. */
export const DEPLOYER: Who = { subject: 'ci-deployer', client: 'ci-deployer', groups: ['ci-agents'] };

/** What the story needs of the world. */
export interface Stage {
  readonly host: string;
  readonly port: number;
  /** A token for an agent. */
  token(who: Who): Promise<string>;
  /** A token for a CI job. */
  jobToken(job: Job): Promise<string>;
  /** The gateway's control socket, where reviewers decide. */
  readonly control: string;
  /** A token of {@link DEPLOYER} that ran out. */
  readonly expired: string;
  /** Aborted when the demo is to end. */
  readonly signal: AbortSignal;
}

/** How an agent introduces itself. */
export interface Introduction {
  /** The start-up user: the agent's own word. */
  readonly user: string;
  /** The token, or two joined by a comma: who and where. */
  readonly password: string;
  readonly application: string;
  /** The connection it asks for; `shop` is the one there is. */
  readonly connection?: string;
}

/** Plays one agent's session: connects, acts, and leaves, whatever happens or once it is told to. Throws what connecting threw. */
export async function asAgent(
  stage: Stage,
  agent: Introduction,
  act: (client: Client) => Promise<void>,
): Promise<void> {
  stage.signal.throwIfAborted();
  const client = new Client({
    host: stage.host,
    port: stage.port,
    user: agent.user,
    password: agent.password,
    database: agent.connection ?? 'shop',
    application_name: agent.application,
  });
  // An agent that loses its connection while idle has nothing to say to that; its next query will fail.
  client.on('error', () => undefined);
  await client.connect();
  // What it waits for, a decision perhaps, fails then.
  const leave = () => void client.end();
  stage.signal.addEventListener('abort', leave);
  try {
    stage.signal.throwIfAborted();
    await act(client);
  } finally {
    stage.signal.removeEventListener('abort', leave);
    await client.end();
  }
}

/** Waits as a person or a program would between two statements; the replay shows it. */
export async function pause(stage: Stage, milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal: stage.signal });
}

/** Runs what is expected to fail; throws when it does not. The error is the agent's to live with. */
export async function failing(query: Promise<unknown>): Promise<void> {
  try {
    await query;
  } catch {
    return;
  }
  throw new Error('a statement of the story was to fail and did not');
}
