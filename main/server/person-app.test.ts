import { expect, test } from 'vitest';
import { MAX_NAME } from '../../shared/findings/entry.ts';
import { idOf, nameOf } from './person-app.ts';

const person = (subject: string, name: string | null, issuer = 'https://issuer') => ({
  subject,
  name,
  issuer,
});

test('nobody writes under the name of somebody else', () => {
  const bracketed = person('<ada>', 'Ada');
  expect([
    nameOf(person('ada', 'Ada Lovelace')),
    nameOf(person('ada', null)),
    nameOf(person('bo', 'Ada Lovelace <ada>')),
    nameOf(bracketed),
  ]).toEqual(['Ada Lovelace <ada>', '<ada>', 'Ada Lovelace ada <bo>', `Ada <${idOf(bracketed)}>`]);
});

test('a long name gives way to the subject, and a long subject to what stands for it', () => {
  const long = nameOf(person('ada', 'x'.repeat(500)));
  const subject = person('s'.repeat(500), 'Ada');
  expect([long.length, long.endsWith(' <ada>'), nameOf(subject)]).toEqual([
    MAX_NAME,
    true,
    `Ada <${idOf(subject)}>`,
  ]);
});

test('the same subject of another issuer is somebody else', () => {
  expect(idOf(person('ada', null)) === idOf(person('ada', null, 'https://other'))).toBe(false);
});
