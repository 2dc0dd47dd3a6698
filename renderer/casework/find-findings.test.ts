import { expect, test } from 'vitest';
import type { Finding } from '../../shared/findings/finding.ts';
import { findFindings } from './find-findings.ts';
import { readTag } from './read-tag.ts';

function finding(number: number, title: string, status: Finding['status'] = 'open'): Finding {
  return {
    id: `id-${number}`,
    number,
    title,
    severity: 'medium',
    status,
    assignee: null,
    narrative: '',
    evidence: [],
    author: { key: 'k', name: 'Ada' },
    made: 1,
    changed: 1,
    history: [],
  };
}

const FINDINGS = [
  finding(1, 'Orders deleted'),
  finding(2, 'Customers exported', 'dismissed'),
  finding(3, 'Schema changed outside its window'),
  finding(12, 'Orders changed'),
];

const found = (typed: string, last: string | null = null) =>
  findFindings(FINDINGS, typed, last).map(({ number }) => number);

test('the finding used last comes first, then the newest; closed ones stand behind', () => {
  expect([found(''), found('', 'id-2')]).toEqual([
    [12, 3, 1, 2],
    [2, 12, 3, 1],
  ]);
});

test('all that is typed must fit: words of the title, or the number', () => {
  expect([found('ORDERS'), found('orders chan'), found('#12'), found('1'), found('nothing')]).toEqual([
    [12, 1],
    [12],
    [12],
    [1],
    [],
  ]);
});

test('a tag is one word; its # is not part of it', () => {
  expect([' #pii ', 'späť', 'gdpr:art-5', 'two words', '', '#', '-x', 'x'.repeat(41)].map(readTag)).toEqual([
    'pii',
    'späť',
    'gdpr:art-5',
    null,
    null,
    null,
    null,
    null,
  ]);
});
