/** What a form begins with, and what was typed into it as the API takes it. */
import type {
  ConnectionForm,
  ConnectionShown,
  IssuerForm,
  SecretForm,
} from '../../shared/api/gateway-settings.ts';

/** One that is to be added. */
export const NEW_CONNECTION: ConnectionForm = {
  name: '',
  host: '127.0.0.1',
  port: 5432,
  database: '',
  user: '',
  sslmode: null,
  sslrootcert: null,
  groups: [],
  password: { from: 'env', variable: '' },
};

export const NEW_ISSUER: IssuerForm = {
  name: '',
  profile: 'generic',
  issuer: null,
  audience: null,
  lifetime: null,
  groups: [],
  require: {},
};

/** A connection as the file has it; its secret stays there. */
export function formOf(shown: ConnectionShown): ConnectionForm {
  const { name, host, port, database, user, sslmode, sslrootcert, groups } = shown;
  const password: SecretForm = shown.password.from === 'none' ? { from: 'none' } : { from: 'keep' };
  return { name, host, port, database, user, sslmode, sslrootcert, groups, password };
}

/** `a, b` */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `claim = a, b` a line. */
export function claimsOf(text: string): Record<string, string[]> {
  const lines = text.split('\n').map((line) => /^\s*([^=]+?)\s*=\s*(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((read) => (read?.[1] === undefined ? [] : [[read[1], listOf(read[2] ?? '')] as const])),
  );
}

/** What {@link claimsOf} reads. */
export function claimLines(claims: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(claims)
    .map(([claim, values]) => `${claim} = ${values.join(', ')}`)
    .join('\n');
}

/** A secret of that kind, with what was typed. */
export function secretOf(from: SecretForm['from'], typed: string): SecretForm {
  switch (from) {
    case 'env':
      return { from, variable: typed.trim() };
    case 'file':
      return { from, path: typed.trim() };
    case 'command':
      return { from, argv: wordsOf(typed) };
    case 'text':
    case 'keychain':
      return { from, text: typed };
    case 'keep':
    case 'none':
      return { from };
  }
}

/** Words as a shell would split them, quotes included; nothing is expanded. */
export function wordsOf(typed: string): string[] {
  const words = typed.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replaceAll(/(["'])(.*?)\1/gs, '$2'));
}

/** Whether all is there that every connection needs. */
export function isWhole({ name, host, database, user, password }: ConnectionForm): boolean {
  const secret =
    password.from === 'env'
      ? password.variable
      : password.from === 'file'
        ? password.path
        : password.from === 'command'
          ? (password.argv[0] ?? '')
          : password.from === 'text' || password.from === 'keychain'
            ? password.text
            : 'nothing more';
  return [name, host, database, user, secret].every((part) => part.trim() !== '');
}
