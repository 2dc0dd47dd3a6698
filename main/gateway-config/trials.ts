/** What somebody sets up, tried before agents come: a database, an issuer, a token. Nothing of it is kept. */
import { dirname } from 'node:path';
import { isMap, isSeq, parseDocument, Document } from 'yaml';
import {
  ConfigError,
  issuersOf,
  parseConfig,
  parseSettings,
  type Config,
  type Environment,
  type Secrets,
} from '../../gateway/config.ts';
import { IdentityError } from '../../gateway/identity/identity-error.ts';
import { discoverMetadata } from '../../gateway/identity/issuer-metadata.ts';
import { askIssuer, requestFailure, type IssuerNetwork } from '../../gateway/identity/issuer-request.ts';
import { createVerifier, type Verified } from '../../gateway/identity/verifier.ts';
import { probeConnection } from '../../gateway/probing.ts';
import type { Tried } from '../../shared/api/gateway.ts';
import type { ConnectionForm, IssuerForm } from '../../shared/api/gateway-settings.ts';
import { findIssuer } from '../identity/development-issuers.ts';
import { withConnection, withIssuer } from './settings-text.ts';

/** A configuration as it is on disk. */
export interface OnDisk {
  readonly file: string;
  readonly text: string;
  readonly env: Environment;
  /** Opened from a keychain. */
  readonly secrets?: Secrets;
}

/** Logs in to the form’s database; where its password is kept, with that of the connection called `name`. */
export async function tryConnection(
  { file, text, env, secrets = {} }: OnDisk,
  name: string | null,
  form: ConnectionForm,
): Promise<Tried[]> {
  const { password } = form;
  // It need not be kept to be tried.
  const given: ConnectionForm =
    password.from === 'keychain' ? { ...form, password: { from: 'text', text: password.text } } : form;
  try {
    const alone = onlyItem(withConnection(text, name, given), 'connections', form.name);
    const [connection] = parseConfig(alone, dirname(file), env, file, secrets).connections;
    if (connection === undefined) throw new TypeError('a connection was written');
    return await probeConnection(connection);
  } catch (error) {
    return [unusable(error)];
  }
}

/** Fetches an issuer’s discovery document and its keys. */
export async function tryIssuer(form: IssuerForm, network: IssuerNetwork): Promise<Tried[]> {
  const tried: Tried[] = [];
  try {
    const text = withIssuer('', null, form);
    const [issuer] = parseSettings(text, '/', form.name).issuers;
    if (issuer?.issuer === null || issuer === undefined)
      return [passed('settings', 'the gateway starts this development issuer itself')];
    tried.push(passed('settings', `tokens of ${issuer.issuer} for ${issuer.audience}`));
    const { keys, introspection } = await discoverMetadata(issuer.issuer, network);
    const asks =
      introspection === null
        ? 'it cannot be asked whether a token still holds'
        : `introspection at ${introspection.href}`;
    tried.push(passed('discovery', `its document names itself and its keys; ${asks}`));
    const { status, json } = await askIssuer(keys, 'its key set', network);
    if (json === null) throw new Error(`its key set was answered with status ${status}`);
    const algorithms = algorithmsIn(json);
    if (algorithms.length === 0) return [...tried, failed('keys', 'its key set holds no key')];
    return [
      ...tried,
      passed('keys', `${algorithms.length} keys (${[...new Set(algorithms)].join(', ')}) from ${keys.href}`),
    ];
  } catch (error) {
    if (error instanceof ConfigError) return [unusable(error)];
    return [...tried, failed(tried.length < 2 ? 'discovery' : 'keys', requestFailure(error))];
  }
}

/** How the gateway would judge what somebody gives as their password. */
export interface Judged {
  readonly accepted: boolean;
  readonly words: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly connections: readonly { readonly name: string; readonly may: boolean; readonly words: string }[];
  /** What was judged otherwise than the gateway does. */
  readonly notes: readonly string[];
}

export async function judge(
  { file, text, env }: OnDisk,
  token: string,
  deps: { readonly fetch: typeof fetch; readonly now: () => number },
): Promise<Judged> {
  const notes: string[] = [];
  const settings = parseSettings(text, dirname(file), file);
  let issuers: Config['issuers'] = settings.issuers;
  try {
    issuers = parseConfig(
      withoutSections(text, ['connections', 'policy', 'approvals']),
      dirname(file),
      env,
      file,
    ).issuers;
  } catch (error) {
    notes.push(`issuers are not asked whether the token still holds: ${wordsOf(error)}`);
  }
  const own = await findIssuer({ configPath: file }, env).catch(() => null);
  const reachable = own === null ? issuers.filter(({ issuer }) => issuer !== null) : issuers;
  if (reachable.length < issuers.length)
    notes.push('the development issuer does not run: its tokens cannot be judged');
  const verifier = createVerifier(issuersOf({ issuers: reachable }, own?.issuer ?? null), deps);
  try {
    const verified = await verifier.verify(token.trim());
    const { groups } = verified.identity;
    return {
      accepted: true,
      words: `a session that begins now may last until ${new Date(verified.expires).toISOString()}`,
      facts: factsOf(verified),
      connections: settings.connections.map((connection) => mayUse(connection, groups)),
      notes,
    };
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return { accepted: false, words: `${error.message} (${error.code})`, facts: [], connections: [], notes };
  } finally {
    verifier.close();
  }
}

function mayUse(
  { name, groups }: { readonly name: string; readonly groups: readonly string[] },
  held: readonly string[],
) {
  if (groups.length === 0) return { name, may: true, words: 'open to every valid token' };
  const shared = groups.filter((group) => held.includes(group));
  const words = shared.length > 0 ? `by ${shared.join(', ')}` : `needs one of ${groups.join(', ')}`;
  return { name, may: shared.length > 0, words };
}

function factsOf({ identity, ci }: Verified): Judged['facts'] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['issuer', identity.issuer],
    ['subject', identity.subject],
    ['client', identity.clientId],
    ['groups', identity.groups.join(', ')],
    ['scopes', identity.scopes.join(' ')],
    ['expires', new Date(identity.expires * 1000).toISOString()],
    ['fingerprint', Buffer.from(identity.fingerprint).toString('hex')],
    ['CI job', ci === null ? null : `${ci.provider}/${ci.run}/${ci.job} (${ci.provenance})`],
    ['repository', ci?.repository ?? null],
    ['ref', ci?.ref ?? null],
  ];
  return facts.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]));
}

function algorithmsIn(json: Readonly<Record<string, unknown>>): string[] {
  const keys: unknown = json['keys'];
  if (!Array.isArray(keys)) return [];
  return keys.map(
    (key: Readonly<Record<string, unknown>>) =>
      [key['alg'], key['kty']].find((told) => typeof told === 'string') ?? '?',
  );
}

/** A configuration of this one item: faults of others are not its own. */
function onlyItem(text: string, section: string, name: string): string {
  const list = parseDocument(text).get(section, true);
  const items = isSeq(list) ? list.items : [];
  // One that is to be added has the name of none that should be there already.
  const item = items.findLast((one) => isMap(one) && one.get('name') === name);
  return new Document({ [section]: [item] }).toString();
}

function withoutSections(text: string, sections: readonly string[]): string {
  const document = parseDocument(text);
  for (const section of sections) document.delete(section);
  return document.toString();
}

function unusable(error: unknown): Tried {
  // Where in a file that is not written yet tells nobody anything.
  return failed('settings', wordsOf(error).replace(/^.*?:\d+:\d+: (?:\w+\[\d+\]\.)?/u, ''));
}

const passed = (step: string, words: string): Tried => ({ step, ok: true, words });
const failed = (step: string, words: string): Tried => ({ step, ok: false, words });

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
