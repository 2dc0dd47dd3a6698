/** The policy as it is edited in the window: read, checked, tried, written. */
import { dirname, join, resolve } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { parseDocument } from 'yaml';
import { parseSettings } from '../../gateway/config.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { DEFAULT_POLICY } from '../../gateway/policy/default-policy.ts';
import { PolicyError } from '../../gateway/policy/policy-error.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import { ApiError } from '../../shared/api/error.ts';
import type {
  PolicyChecked,
  PolicyExplained,
  PolicySource,
  SubjectForm,
  WhatIf,
} from '../../shared/api/gateway-policy.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { decisionLines, factLines, subjectOf } from '../commands/policy-explain.ts';
import { type FactsReader, openFactsReader } from '../commands/policy-facts.ts';
import { decidingRule, type Difference, type Tally, tried } from '../commands/policy-trial.ts';
import { CommandError } from '../failure.ts';
import { FIRST_POLICY } from './first-configuration.ts';
import { readTextFile, replaceTextFile, revisionOf, writeNewFile } from './text-file.ts';

/** What faults call the text of an editor. */
const EDITED = 'policy';

/** Differences that are listed; all are counted. */
const LISTED = 200;

/** Texts are many and each is quick: others are let in, and told how far it is, between so many of them. */
const BREATH = 100;

export class PolicyDesk {
  #facts: Promise<FactsReader> | null = null;

  /** The policy that this configuration names. Rejects with ApiError. */
  async source(config: { readonly file: string; readonly text: string }): Promise<PolicySource> {
    const written = policyNamed(config.text);
    if (written === null || written === 'default') {
      const text = DEFAULT_POLICY;
      return { file: null, text, revision: revisionOf(text), named: written !== null };
    }
    const file = resolve(dirname(config.file), written);
    return { file, ...(await readTextFile(file)), named: true };
  }

  /** What `policy check` says. */
  check(text: string): PolicyChecked {
    const hash = revisionOf(text);
    try {
      const { mode, warnings } = parsePolicy(text, EDITED);
      return { issues: [], warnings: [...warnings], mode, hash };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      const issues = error.issues.map(({ line, column, rule, message }) => ({ line, column, rule, message }));
      return { issues, warnings: [], mode: null, hash };
    }
  }

  /** What `policy explain` says; a policy that is wrong explains nothing. */
  async explain(text: string, sql: string, form: SubjectForm): Promise<PolicyExplained> {
    try {
      const policy = parsePolicy(text, EDITED);
      const { ci, ...who } = form;
      const subject = subjectOf({ ...who, issuer: '', ci: ci ?? undefined });
      const facts = await (await this.#reader()).read(sql);
      const circumstances = { now: Date.now(), estimatedRows: null, canEstimate: false };
      const session = policy.forSession(subject);
      const decision = session.decide(facts, circumstances);
      return {
        problem: null,
        facts: factLines(facts),
        decision: {
          effect: decision.effect,
          severity: decision.severity,
          rules: decision.rules.map(({ rule, because }) => ({ rule, because })),
          lines: decisionLines(decision),
        },
        rules: session
          .explain(facts, circumstances)
          .map(({ rule, effect, matched, because }) => ({ rule, effect, matched, because })),
      };
    } catch (error) {
      if (!(error instanceof PolicyError) && !(error instanceof CommandError)) throw error;
      return { problem: error.message, facts: [], decision: null, rules: [] };
    }
  }

  /** What `policy what-if` says, until `signal` aborts; `told` hears how far it is. */
  async whatIf(
    text: string,
    archive: ArchiveReader,
    filter: Filter,
    { signal, told }: { readonly signal: AbortSignal; readonly told: (tally: Tally) => void },
  ): Promise<WhatIf> {
    const policy = this.#parsed(text);
    const items: Difference[] = [];
    let complete = true;
    let tally: Tally | null = null;
    const take = (difference: Difference): void => {
      if (items.length < LISTED) items.push(difference);
    };
    try {
      tally = await tried({ policy, archive, facts: await this.#reader(), filter }, take, async (counted) => {
        tally = counted;
        if (counted.texts % BREATH !== 0) return;
        told(counted);
        await breath();
        signal.throwIfAborted();
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      complete = false;
    }
    return { ...countsOf(tally), items: items.map(itemOf), complete };
  }

  /**
   * Writes the policy in place of what has that revision; gives where what it was is kept. Where the configuration names none, a file is
   * made beside it, and it names that from then on. Rejects with ApiError.
   */
  async save(
    config: { readonly file: string; readonly text: string; readonly revision: string },
    { text, revision }: { readonly text: string; readonly revision: string },
    now: number,
  ): Promise<string | null> {
    this.#parsed(text);
    const { file, revision: before } = await this.source(config);
    if (file !== null) return (await replaceTextFile(file, { text, revision, now })).copy;
    if (before !== revision) throw new ApiError('CONFLICT', 'the configuration names another policy by now');
    writeNewFile(join(dirname(config.file), FIRST_POLICY), text);
    const document = parseDocument(config.text);
    document.set('policy', `./${FIRST_POLICY}`);
    const named = document.toString({ lineWidth: 0 });
    parseSettings(named, dirname(config.file), config.file);
    return (await replaceTextFile(config.file, { text: named, revision: config.revision, now })).copy;
  }

  /** Ends what reads statements. */
  close(): void {
    void this.#facts?.then((facts) => facts.close());
  }

  #parsed(text: string) {
    try {
      return parsePolicy(text, EDITED);
    } catch (cause) {
      if (!(cause instanceof PolicyError)) throw cause;
      throw new ApiError('CONFIG_UNUSABLE', cause.message, { cause });
    }
  }

  #reader(): Promise<FactsReader> {
    this.#facts ??= openFactsReader();
    return this.#facts;
  }
}

/** As written: a path, `default`, or null. */
export function policyNamed(text: string): string | null {
  const written: unknown = parseDocument(text).get('policy');
  return typeof written === 'string' ? written : null;
}

function countsOf(tally: Tally | null): Pick<WhatIf, 'texts' | 'differing' | 'rules'> {
  return {
    texts: tally?.texts ?? 0,
    differing: tally?.differing ?? 0,
    rules: (tally?.counts() ?? []).map(({ rule, change, count }) => ({ rule, change, count })),
  };
}

function itemOf({ text: { first, text }, before, decision }: Difference): WhatIf['items'][number] {
  const { session, sequence, time, agent } = first;
  return {
    session,
    sequence,
    time,
    agent,
    text,
    before,
    after: decision.effect,
    rule: decidingRule(decision),
  };
}
