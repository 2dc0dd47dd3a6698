/** Keys that services give out, by the prefixes that these document; private keys; and what is labelled as a secret. */
import { matches } from './span.ts';

/** Each is told by its prefix and length; none of them may begin or end within a word. */
const KEYS = [
  '(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z2-7]{16}', // Amazon
  'gh[pousr]_[A-Za-z0-9]{36,255}', // GitHub
  'github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}',
  'glpat-[A-Za-z0-9_-]{20,}', // GitLab
  'xox[abeoprs]-[A-Za-z0-9-]{10,}', // Slack
  'xapp-\\d-[A-Za-z0-9-]{10,}',
  '[rs]k_(?:live|test)_[A-Za-z0-9]{16,}', // Stripe
  'whsec_[A-Za-z0-9+/]{24,}=*',
  'AIza[A-Za-z0-9_-]{35}', // Google
  'GOCSPX-[A-Za-z0-9_-]{28}',
  'ya29\\.[A-Za-z0-9_-]{20,}',
  'npm_[A-Za-z0-9]{36}',
  'pypi-[A-Za-z0-9_-]{50,}',
  'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}', // SendGrid
  'sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}', // OpenAI, Anthropic
  'SK[0-9a-f]{32}', // Twilio
  'dop_v1_[0-9a-f]{64}', // DigitalOcean
  'hf_[A-Za-z]{34}', // Hugging Face
  'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}', // Shopify
  'hv[bs]\\.[A-Za-z0-9_-]{24,}', // HashiCorp Vault
  'dapi[0-9a-f]{32}', // Databricks
  'key-[0-9a-f]{32}', // Mailgun
];
const KEY = new RegExp(`(?<![A-Za-z0-9_-])(?:${KEYS.join('|')})(?![A-Za-z0-9_])`, 'g');

/** RFC 7468; a block that never ends goes to the end of the text. */
const PRIVATE = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;
const PRIVATE_END = /-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;

/** What is called a key, and what is: the rest of the line is not searched, only what follows at once. */
const LABELLED =
  /(?:api[_-]?key|access[_-]?key|secret(?:[_-]?key)?|auth(?:orization)?|token|passw(?:or)?d|bearer)["']?(?:\s{0,3}[:=]\s{0,3}|\s)["']?(?:Bearer\s)?([A-Za-z0-9+/_=.~-]{16,512})/gi;

/** Bits that a character of a random key has, at least; words and paths have fewer. */
const RANDOM = 3.2;

/** Names that call a value a key. */
const LABEL = /api[_-]?key|access[_-]?key|secret|token|passw/i;

/** Keys in a text; `label` is what the value is called, the name of its column. */
export function findKeys(text: string, label: string): [number, number][] {
  const found: [number, number][] = [...matches(text, KEY)].map(({ 0: key, index }) => [
    index,
    index + key.length,
  ]);
  if (text.includes('-----BEGIN')) found.push(...privateKeys(text));
  for (const { 0: whole, 1: key = '', index } of matches(text, LABELLED)) {
    const end = index + whole.length;
    if (isRandom(key)) found.push([end - key.length, end]);
  }
  if (isKeyLabel(label) && /^[A-Za-z0-9+/_=.~-]{16,512}$/.test(text) && isRandom(text))
    found.push([0, text.length]);
  return found;
}

/** Whether a column's name calls its values keys. */
export function isKeyLabel(label: string): boolean {
  return label !== '' && LABEL.test(label);
}

function privateKeys(text: string): [number, number][] {
  return [...matches(text, PRIVATE)].map(({ 0: head, index }) => {
    PRIVATE_END.lastIndex = index + head.length;
    return [index, PRIVATE_END.test(text) ? PRIVATE_END.lastIndex : text.length];
  });
}

/** Letters and digits, as mixed as by chance. */
function isRandom(text: string): boolean {
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text) || isUuid(text)) return false;
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits >= RANDOM;
}

/** What people give things as their name is no key. */
function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
