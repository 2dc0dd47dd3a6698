/** Whether a rule's `when` fits a session, and the moment. */
import type {
  CiCondition,
  PlainSessionCondition,
  SessionCondition,
} from '../../shared/policy/session-condition.ts';
import { textGlob } from '../../shared/policy/text-glob.ts';
import type { Subject } from './session-policy.ts';
import { windowTest } from './time-window.ts';

/** One condition. */
interface SessionCheck {
  /** `now` in ms since 1970; null asks whether it holds at any time: null when that depends on it. */
  holds(subject: Subject, now: number | null): boolean | null;
  /** Why it holds, or does not, in words. */
  told(subject: Subject, holds: boolean): string;
}

/** All conditions of one rule. */
export interface SessionTest {
  /** As a check's. */
  holds(subject: Subject, now: number | null): boolean | null;
  /** The first condition that does not hold, in words; null when all do. */
  unmet(subject: Subject, now: number): string | null;
  /** What holds, in words; '' when there are no conditions. */
  met(subject: Subject): string;
}

/** `loosens`: the rule allows, so that what an agent only says of itself must not make it match. */
export function sessionTest(condition: SessionCondition | undefined, loosens: boolean): SessionTest {
  const { not, ...plain } = condition ?? {};
  const checks = checksOf(plain, loosens);
  if (not !== undefined) checks.push(negated(checksOf(not, !loosens)));
  return {
    holds: (subject, now) => allHold(checks, subject, now),
    unmet: (subject, now) =>
      checks.find((check) => check.holds(subject, now) === false)?.told(subject, false) ?? null,
    met: (subject) => checks.map((check) => check.told(subject, true)).join(', '),
  };
}

function allHold(checks: readonly SessionCheck[], subject: Subject, now: number | null): boolean | null {
  let sure: true | null = true;
  for (const check of checks) {
    const holds = check.holds(subject, now);
    if (holds === false) return false;
    if (holds === null) sure = null;
  }
  return sure;
}

function negated(checks: readonly SessionCheck[]): SessionCheck {
  return {
    holds(subject, now) {
      const all = allHold(checks, subject, now);
      return all === null ? null : !all;
    },
    told(subject, holds) {
      if (!holds) return `excluded: ${checks.map((check) => check.told(subject, true)).join(', ')}`;
      // With none that fails at any time, it is the time.
      const failing = checks.find((check) => check.holds(subject, null) === false);
      return failing?.told(subject, false) ?? 'not at this time';
    },
  };
}

function checksOf(condition: PlainSessionCondition, loosens: boolean): SessionCheck[] {
  const { agent, groups, issuer, client, connection, ci, time } = condition;
  const checks: SessionCheck[] = [];
  if (agent) checks.push(textCheck('agent', agent, ({ subject, clientId }) => [subject, clientId]));
  if (groups)
    checks.push({
      holds: (subject) => subject.groups.some((group) => groups.includes(group)),
      told: (subject, holds) =>
        holds
          ? `in ${subject.groups.filter((group) => groups.includes(group)).join(', ')}`
          : `not in ${groups.join(' or ')}`,
    });
  if (issuer) checks.push(textCheck('issuer', issuer, (subject) => [subject.issuer]));
  if (client) checks.push(textCheck('client', client, (subject) => [subject.clientId]));
  if (connection) checks.push(textCheck('connection', connection, (subject) => [subject.connection]));
  if (ci) checks.push(ci === 'none' ? noCi(loosens) : ciCheck(ci, loosens));
  if (time) checks.push(timeCheck(windowTest(time), loosens));
  return checks;
}

function textCheck(
  name: string,
  globs: readonly string[],
  values: (subject: Subject) => readonly (string | null)[],
): SessionCheck {
  const tests = globs.map(textGlob);
  return {
    holds: (subject) =>
      values(subject).some((value) => value !== null && tests.some((fits) => fits.test(value))),
    told: (subject, holds) =>
      holds
        ? `${name} ${values(subject)[0] ?? ''}`
        : `${name} ${values(subject)[0] ?? '(none)'} does not fit ${globs.join(' or ')}`,
  };
}

/** A job that the agent only asserts is as good as none where having none restricts. */
function noCi(loosens: boolean): SessionCheck {
  return {
    holds: ({ ci }) => ci === null || (!loosens && !ci.attested),
    told: ({ ci }, holds) => (holds ? 'no CI job' : `CI job ${ci?.job ?? ''}`),
  };
}

function ciCheck(condition: Exclude<CiCondition, 'none'>, loosens: boolean): SessionCheck {
  const { provider, repository, job, ref } = condition;
  const attested = condition.attested ?? (loosens ? [true] : [true, false]);
  const any = (globs: readonly string[] | undefined, toTest: (glob: string) => RegExp) => {
    const tests = globs?.map(toTest);
    return (value: string | null) =>
      tests === undefined || (value !== null && tests.some((fits) => fits.test(value)));
  };
  const fits = {
    provider: any(provider, textGlob),
    repository: any(repository, textGlob),
    job: any(job, jobGlob),
    ref: any(ref, textGlob),
  };
  return {
    holds: ({ ci }) =>
      ci !== null &&
      attested.includes(ci.attested) &&
      fits.provider(ci.provider) &&
      fits.repository(ci.repository) &&
      fits.job(ci.job) &&
      fits.ref(ci.ref),
    told({ ci }, holds) {
      if (ci === null) return 'no CI job';
      const known = `CI job ${ci.job} (${ci.attested ? 'attested' : 'only asserted'})`;
      return holds ? known : `${known} does not fit`;
    },
  };
}

/** `provider/run/job`, whole or up to a slash; `*` stays within one part. */
function jobGlob(glob: string): RegExp {
  const parts = glob.split('/').map((part) => textGlob(part).source.slice(1, -1).replaceAll('.*', '[^/]*'));
  return new RegExp(`^${parts.join('/')}(?:/.*)?$`, 'su');
}

function timeCheck(within: (now: number) => boolean, loosens: boolean): SessionCheck {
  return {
    // A clock that tells no time must not loosen anything.
    holds: (_, now) => (now === null ? null : Number.isFinite(now) ? within(now) : !loosens),
    told: (_, holds) => (holds ? 'at this time' : 'not at this time'),
  };
}
