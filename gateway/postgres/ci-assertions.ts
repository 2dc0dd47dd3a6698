/** The CI jobs an agent says it is, at start-up and later, held against the one it is known by. */
import { assertedCi, type CiJob, parseCiJob } from '../identity/ci.ts';
import type { Verified } from '../identity/verifier.ts';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { assertedJob } from './parameters.ts';
import type { Opening } from './session-context.ts';

/** The parameter of the server by which an agent names itself, and its job (`ci:<provider>:<run>:<job>`). */
const APPLICATION_NAME = 'application_name';

/** The job a session has in the record. */
interface KnownJob {
  /** provider/run/job */
  readonly path: string;
  readonly provenance: 'attested' | 'asserted';
}

/** A session's job as a policy asks of it; what nobody attests is null. */
interface PolicedJob {
  readonly attested: boolean;
  readonly provider: string;
  /** `provider/run/job`. */
  readonly path: string;
  readonly repository: string | null;
  readonly ref: string | null;
  readonly actor: string | null;
}

/** One session's job: what a token attests stays, whatever the agent says; without that its own first word counts. */
export class CiAssertions {
  readonly #session: SessionRecorder;
  readonly #attested: Verified['ci'];
  #known: KnownJob | null;
  #said: string | null = null;

  constructor(session: SessionRecorder, attested: Verified['ci']) {
    this.#session = session;
    this.#attested = attested;
    this.#known = attested === null ? null : { path: pathOf(attested), provenance: 'attested' };
  }

  /** What the start-up packet says: `options='-c auditorium.job=…'`, then application_name. Throws ParameterError. */
  atStartup(parameters: Opening['parameters']): void {
    const option = assertedJob(parameters);
    if (option !== undefined) this.#assert(parseCiJob(option), 'options');
    this.#assert(assertedCi(parameters.get(APPLICATION_NAME) ?? ''), APPLICATION_NAME);
  }

  /** What the server reports of a parameter that changed: how a later SET shows. */
  reported(name: string, value: string): void {
    if (name === APPLICATION_NAME) this.#assert(assertedCi(value), 'SET application_name');
  }

  /** The job as far as it is known now: what a policy goes by. */
  get job(): PolicedJob | null {
    if (this.#known === null) return null;
    const { path, provenance } = this.#known;
    const attested = provenance === 'attested' ? this.#attested : null;
    return {
      attested: attested !== null,
      provider: path.slice(0, path.indexOf('/')),
      path,
      repository: attested?.repository ?? null,
      ref: attested?.ref ?? null,
      actor: attested?.actor ?? null,
    };
  }

  #assert(job: CiJob | null, where: string): void {
    if (job === null) return;
    const asserted = pathOf(job);
    if (this.#known === null) {
      this.#known = { path: asserted, provenance: 'asserted' };
      this.#session.record('ciContext', { ...UNPROVEN, ...job });
    } else if (asserted !== this.#known.path && asserted !== this.#said) {
      const { path, provenance } = this.#known;
      this.#session.record('ciMismatch', { job: path, provenance, asserted, where });
    }
    this.#said = asserted;
  }
}

const UNPROVEN = {
  provenance: 'asserted',
  repository: null,
  ref: null,
  actor: null,
  issuer: null,
  fingerprint: null,
} as const;

function pathOf({ provider, run, job }: CiJob): string {
  return `${provider}/${run}/${job}`;
}
