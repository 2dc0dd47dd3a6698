/** A finding beside the evidence that it rests on: a page, the same as Markdown, and its signed entries (docs/casework.md). */
import {
  FINDING_CASE,
  FINDING_MARKDOWN,
  FINDING_PAGE,
} from '../../../gateway/archive/bundle/bundle-files.ts';
import type { Finding } from '../../../shared/findings/finding.ts';
import { markdownOf } from './finding-markdown.ts';
import { pageOf } from './finding-page.ts';

/** A further entry of a bundle. */
export interface BesideFile {
  readonly name: string;
  /** In a line of README.txt. */
  readonly meaning: string;
  readonly content: string | Uint8Array;
}

/** What a finding is told with. */
export interface FindingFacts {
  readonly finding: Finding;
  /** Ids of sessions that are exported with it. */
  readonly sessions: ReadonlySet<string>;
  readonly software: string;
  /** µs since 1970. */
  readonly made: number;
}

/** The files; `entries` is the finding as a case of its own. */
export function findingFiles(facts: FindingFacts, entries: Uint8Array): BesideFile[] {
  return [
    {
      name: FINDING_PAGE,
      meaning: 'what was found, and in which frames: begin here',
      content: pageOf(facts),
    },
    { name: FINDING_MARKDOWN, meaning: 'the same as Markdown', content: markdownOf(facts) },
    {
      name: FINDING_CASE,
      meaning: 'the same as its authors signed it: auditorium case merge takes it',
      content: entries,
    },
  ];
}
