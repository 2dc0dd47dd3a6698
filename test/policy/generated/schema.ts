/** One masked column filled with unmistakable values, and ways to it. */
import type { Needle } from '../../secrets/needles.ts';

/** Of one length, so that nothing else of an answer depends on which they are. */
const VALUES = [
  'Qzj7-Wvx3-Kpy9',
  'Xq5w-Zjk8-Vyh2',
  'Jx4z-Qkw6-Yvp1',
  'Zwq2-Xhj9-Kzv5',
  'Vkx8-Jqz3-Wyp6',
] as const;

/** The masked column. */
export const MASKED = 'p.people.secret';

export const SCHEMA = `
create schema p;
create table p.people (id int primary key, name text, secret text, age int);
insert into p.people values ${VALUES.map((value, i) => `(${i + 1}, 'name ${i + 1}', '${value}', ${20 + i})`).join(', ')},
  (6, 'name 6', null, null);
create table p.orders (id int primary key, person int, note text, amount int);
insert into p.orders select i, i % 6 + 1, 'note ' || i, i * 10 from generate_series(1, 9) i;
create view p.hidden as select id, name, secret as alias from p.people;
create view p.open as select id, name, age from p.people;
create view p.joined as select o.id, o.note, h.alias from p.orders o join p.hidden h on h.id = o.person;
create function p.found(i int) returns text language sql stable as 'select secret from p.people where id = i';
create function p.named(i int) returns text language sql stable as 'select name from p.people where id = i';
analyze;
`;

/** Pieces that tell something; shorter ones come by chance. In a file among hashes and times chance has more room. */
const PIECE = { said: 4, kept: 7 } as const;

/** Forms of the values, in whatever case, that none may hear (`said`), or find in a file (`kept`). */
export function needles(where: 'said' | 'kept'): Needle[] {
  const length = PIECE[where];
  return VALUES.flatMap((value) => {
    const bare = value.replaceAll('-', '');
    const forms = [value, bare].flatMap((form) => [form, form.split('').toReversed().join('')]);
    const pieces = new Set(forms.flatMap((form) => piecesOf(form.toLowerCase(), length)));
    const encoded = [value, bare].flatMap((form) => {
      const bytes = Buffer.from(form);
      return [bytes.toString('hex').slice(0, 12), bytes.toString('base64').slice(0, 8).toLowerCase()];
    });
    return [...pieces, ...encoded].map((piece) => ({
      name: `${piece} of ${value}`,
      isIn: (bytes: Buffer) => lowerCase(bytes).includes(piece),
    }));
  });
}

function piecesOf(text: string, length: number): string[] {
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}

/** The last bytes in lower case: they are asked about needle by needle. */
let lowered: { readonly of: Buffer; readonly bytes: Buffer } | null = null;

function lowerCase(bytes: Buffer): Buffer {
  if (lowered?.of !== bytes)
    lowered = { of: bytes, bytes: Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1') };
  return lowered.bytes;
}
