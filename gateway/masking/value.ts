/**
 * Secrets within a value, wherever it stands: tokens, password hashes, and the passwords of connection strings (PostgreSQL
 * manual §32.1.1). Values are text of one character a byte.
 */
import { MASK } from '../../shared/recording/mask.ts';

/**
 * A JSON Web Token in compact form (RFC 7515 §7.1, RFC 7516 §7.1): three or five base64url parts, the first of which starts
 * with `{"`. The shortest header, `{"alg":"none"}`, takes 19 characters.
 */
const TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{13,}(?:\.[A-Za-z0-9_-]*){2,4}/g;

/** As PostgreSQL stores passwords: `md5` and 32 hexadecimal digits, or RFC 5803's layout for SCRAM. */
const HASH =
  /\bmd5[0-9a-f]{32}\b|SCRAM-SHA-(?:1|256)(?:-PLUS)?\$\d+:[A-Za-z0-9+/=]*\$[A-Za-z0-9+/=]*:[A-Za-z0-9+/=]*/gi;

/** `//user:password@host`. */
const URI_PASSWORD = /(:\/\/[^\s:@/?#'"]*:)[^\s\0/]+(?=@)/g;

/** Options of libpq that are secrets. Those whose name only ends in one of them (`sslpassword`) are meant too. */
const SECRET_KEY = 'password|passwd|passcode|passphrase|client_secret|scram_(?:client|server)_key';

/**
 * `password=value` as in a connection string, the query of a URI, or an ODBC one (`pwd=`). A value without quotes goes to
 * the next space, though in the latter two it may end before.
 */
const ASSIGNED = new RegExp(
  `((?:\\b|_|ssl)(?:${SECRET_KEY}|pwd)\\s*=\\s*)(\\[masked\\]|'(?:\\\\[^]|''|[^'\\\\\\0])*'?|(?:\\\\[^]|[^\\s\\\\\\0])+)`,
  'gi',
);

/** The same with the value missing, or only announced (`%s`, `$1`): it comes from elsewhere. */
const ANNOUNCED = new RegExp(`(?:${SECRET_KEY}|pwd)\\s*=\\s*(?:'?%[0-9$]*[sLI]|\\$\\d|'?$)`, 'i');

/** Where `password = 'x'` is a condition or an assignment to a column, not part of a connection string. */
const CODE = /\b(?:select|insert|update|delete|merge|where|set|begin|values)\b/i;

/** A placeholder of a format, or all that a pattern of LIKE asks for: no secret. */
const NO_SECRET = /^'?(?:%[0-9$]*[sLI]?|\$\d+|\[masked\]|\.{3}|\*+)?'?$/;

/** In a comment a quote is not always a constant's: what is quoted right behind PASSWORD goes to the comment's end. */
const COMMENTED = /\bpassword\b(\s*[=:]?\s*)(['"$][^\0]*?)(?=\*\/$|\0|$)/gi;

/** A value as the record may hold it. */
export interface MaskedValue {
  readonly value: string;
  /** A password is announced in it that is put in from elsewhere. */
  readonly announces: boolean;
}

/** Whether a format puts something in where this stands, so that it is no secret itself. */
export function isPlaceholder(value: string): boolean {
  return NO_SECRET.test(value);
}

/** Masks what is a secret whatever it is in: tokens and password hashes. What is taken out is added to `secrets`. */
export function maskTokens(text: string, secrets: Set<string>): string {
  const take = (found: string) => {
    secrets.add(found);
    return MASK;
  };
  let masked = text;
  if (masked.includes('eyJ')) masked = masked.replace(TOKEN, take);
  if (masked.includes('md5') || masked.includes('SCRAM')) masked = masked.replace(HASH, take);
  return masked;
}

/** Masks the secrets in a value; `connection` when it is known to be a connection string and not code. */
export function maskValue(text: string, connection: boolean, secrets: Set<string>): MaskedValue {
  let value = maskTokens(text, secrets);
  if (value.includes('://')) {
    value = value.replace(URI_PASSWORD, (found: string, head: string) => {
      secrets.add(found.slice(head.length));
      return head + MASK;
    });
  }
  if (!value.includes('=')) return { value, announces: false };
  if (!connection && CODE.test(value) && !isConnectionString(value)) return { value, announces: false };
  value = value.replace(ASSIGNED, (found: string, head: string, secret: string) => {
    if (NO_SECRET.test(secret)) return found;
    secrets.add(secret).add(unquoted(secret));
    return head + MASK;
  });
  return { value, announces: ANNOUNCED.test(value) };
}

/** Masks the secrets in a comment. */
export function maskComment(comment: string, secrets: Set<string>): string {
  return maskValue(comment, true, secrets).value.replace(
    COMMENTED,
    (found: string, gap: string, secret: string) => {
      secrets.add(secret);
      return found.slice(0, 'password'.length) + gap + MASK;
    },
  );
}

/** Of a value of a connection string what it means: quotes and back slashes taken out. */
function unquoted(value: string): string {
  const inner = value.startsWith("'") ? value.slice(1, value.endsWith("'") ? -1 : undefined) : value;
  return inner.replace(/\\([^])/g, '$1');
}

/** What libpq takes as an option (manual §32.1.2). */
const KEY = [
  'service\\w*|user|pass\\w+|dbname|host(?:addr)?|port|connect_timeout|channel_binding|client_encoding|options',
  '\\w*application_name|keepalives\\w*|tcp_user_timeout|ssl\\w*|require\\w+|m(?:in|ax)_protocol_version|gss\\w+',
  'krbsrvname|replication|target_session_attrs|load_balance_hosts|scram_\\w+|oauth_\\w+',
].join('|');

/** Options of a connection string: `host=x password = 'x y'`. */
const OPTIONS = new RegExp(
  `^\\s*(?:(?:${KEY})\\s*=\\s*(?:'(?:\\\\[^]|[^'\\\\])*'|(?:\\\\[^]|[^\\s\\\\'])*)(?:\\s+|$))*$`,
);

/** A URI of libpq's, with or without user and password, whose parts are where {@link URI_PASSWORD} expects them. */
const URI = /^postgres(?:ql)?:\/\/(?:[^\s:@/?#']*(?::[^\s@/?#']*)?@)?[^\s@']*$/;

/** Whether libpq reads a value as a connection string, so that it is known where its password stands. */
export function isConnectionString(value: string): boolean {
  return URI.test(value) || OPTIONS.test(value);
}
