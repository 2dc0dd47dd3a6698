/** What a verifier needs to know of one token issuer. Read from the configuration by gateway/config.ts. */

/**
 * How an issuer's tokens are read. Access tokens: `okta` (custom authorization server) and `generic` (RFC 9068 or close
 * to it). ID tokens of CI jobs: `github`, `gitlab`, `buildkite`. `development` is the issuer that ships with the gateway.
 */
export const PROFILE_NAMES = ['okta', 'generic', 'github', 'gitlab', 'buildkite', 'development'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Signature algorithms a profile may pin (RFC 7518 §3.1, RFC 8037, RFC 9864): asymmetric ones only. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** How long a session may live: until its token expires, or this many ms from its start whatever `exp` says. */
export type Lifetime = 'exp' | { readonly max: number };

/** A secret that is fetched when needed. */
export interface SecretSource {
  password(): Promise<string>;
  /** It was refused: the next one is fetched anew. */
  forget(): void;
}

/** Asking the issuer whether a token still holds (RFC 7662): when a session opens, and again and again while it lives. */
export interface IntrospectionConfig {
  /** null: `introspection_endpoint` of the issuer's metadata. */
  readonly endpoint: string | null;
  /** Who the gateway is to the issuer (HTTP Basic, RFC 6749 §2.3.1). */
  readonly clientId: string;
  readonly clientSecret: string | SecretSource;
  /** ms between two questions. */
  readonly every: number;
  /** How long, in ms, sessions go on while the issuer does not answer. */
  readonly grace: number;
}

/** Where a token carries its groups. */
export interface GroupsClaim {
  /** Names of claims, each within the one before. */
  readonly path: readonly string[];
  /** What parts the groups where they are one text; null: such a text is one group. */
  readonly separator: string | null;
}

/** How people sign in at an issuer. */
export interface SignInConfig {
  /** Of this program, as a public client. */
  readonly clientId: string;
  /** Separated by spaces; `openid` is among them. */
  readonly scopes: string;
  /** Of the redirect to this machine: the first that is free is taken. */
  readonly ports: readonly number[];
  /** Beside those of the standard, for issuers that want more. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface IssuerConfig {
  /** For people: logs and errors. */
  readonly name: string;
  readonly profile: ProfileName;
  /** The `iss` claim, compared exactly; discovery starts from it. */
  readonly issuer: string;
  /** Must be among the `aud` of a token. */
  readonly audience: string;
  readonly lifetime: Lifetime;
  readonly algorithms: readonly Algorithm[];
  /** Groups every token of this issuer is in, beside those it carries: CI tokens carry none. */
  readonly groups: readonly string[];
  /** The claim `groups`, when not given. */
  readonly groupsClaim?: GroupsClaim;
  /** Nobody signs in there, when not given. */
  readonly signIn?: SignInConfig;
  /** Not asked, when not given. */
  readonly introspection?: IntrospectionConfig;
  /**
   * Claims a token must carry with one of the given values. An issuer shared by strangers (GitHub, GitLab, Buildkite
   * sign for every customer) is trusted only as far as these go.
   */
  readonly require: Readonly<Record<string, readonly string[]>>;
}

/** Audience of the development issuer's tokens, and of that profile when the configuration names none. */
export const DEVELOPMENT_AUDIENCE = 'auditorium';
