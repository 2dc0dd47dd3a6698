/** The forms in which a secret may show where it must not. */

/** Something to look for, and what it means to find it. */
export interface Needle {
  readonly name: string;
  isIn(bytes: Buffer): boolean;
  /** The words that an index of words would have of it, where it is one text. */
  readonly words?: readonly string[];
}

/** Shorter forms are found by chance. */
const SHORTEST = 8;

/** A secret as it is, and in the encodings that programs put text in. */
export function needlesOf(name: string, secret: string | Buffer): Needle[] {
  const bytes = Buffer.from(secret);
  const text = bytes.toString();
  const forms: [string, string | Buffer][] = [
    ['as it is', bytes],
    ['in UTF-16', Buffer.from(text, 'utf16le')],
    ['in hexadecimal', bytes.toString('hex')],
    ['in capital hexadecimal', bytes.toString('hex').toUpperCase()],
    ['for a URL', encodeURIComponent(text)],
    ['for JSON', JSON.stringify(text).slice(1, -1)],
    ['for SQL', text.replaceAll("'", "''")],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      const code = base64At(bytes, shift);
      return [
        ['in base64', code],
        ['in base64url', code.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  ];
  const seen = new Set<string>();
  return forms.flatMap(([form, found]) => {
    const needle = Buffer.from(found);
    const key = needle.toString('latin1');
    if (needle.length < SHORTEST || seen.has(key)) return [];
    seen.add(key);
    const words =
      needle
        .toString('latin1')
        .toLowerCase()
        .match(/[a-z0-9]+/g) ?? [];
    const isIn = (hay: Buffer) => hay.includes(needle);
    // Rows hold short words by chance.
    const isTelling = words.some(({ length }) => length > 2 * SHORTEST);
    return [{ name: `${name} ${form}`, isIn, ...(isTelling && { words }) }];
  });
}

/** A token: whole, without its signature, and the signature alone. */
export function needlesOfToken(name: string, token: string): Needle[] {
  const end = token.lastIndexOf('.');
  const signature = token.slice(end + 1);
  return [
    ...needlesOf(name, token),
    ...needlesOf(`${name}, what is signed,`, token.slice(0, end)),
    ...needlesOf(`${name}, signature,`, signature),
    ...needlesOf(`${name}, bytes of the signature,`, Buffer.from(signature, 'base64url')),
  ];
}

/** Any token and any stored password, whoever's they are. */
export const ANY_SECRET: readonly Needle[] = [
  {
    name: 'a token',
    isIn: (bytes) =>
      bytes.includes('eyJ') && /eyJ[\w-]{13,}\.eyJ[\w-]{8,}\.[\w-]{20,}/.test(bytes.toString('latin1')),
  },
  {
    name: 'a stored password',
    isIn: (bytes) => bytes.includes('SCRAM') && /SCRAM-SHA-256\$\d+:[\w+/]/.test(bytes.toString('latin1')),
  },
];

/** What of the secret's base64 does not depend on what stands around it, when it starts `shift` bytes into a group of three. */
function base64At(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
  const settled = whole.subarray(0, whole.length - (whole.length % 3));
  return settled.toString('base64').slice(shift === 0 ? 0 : 4);
}
