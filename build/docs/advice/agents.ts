/** What agents are told by the gateway, and why sessions are refused. */
import type { IdentityErrorCode } from '../../../gateway/identity/identity-error.ts';
import type { StartupErrorCode } from '../../../gateway/postgres/startup-error.ts';
import type { UpstreamErrorCode } from '../../../gateway/postgres/upstream-error.ts';
import type { Advice } from './advice.ts';

/** SQLSTATEs that the gateway itself says; every other comes from the database, word for word. */
export const SQLSTATES: Readonly<Record<string, Advice>> = {
  '08001': [
    'The database behind the connection was not reached: nobody listens there, the name is unknown, it took too long, or TLS failed.',
    'Look at the message and at `host`, `port` and `sslmode` of the [connection](configuration.md#connections); *Test* in the window tries each step.',
  ],
  '08004': [
    'The database refused the gateway: its password, its kind of authentication, or another reason of its own.',
    'Operators mend `user`, `password` or `auth` of the connection. It is not the agent’s token.',
  ],
  '08P01': [
    'A message that breaks the protocol, from the agent or from the database. The session ends: nobody could say any more what belongs to what.',
    'Update the driver, or look what stands between; the message names the violation.',
  ],
  '0A000': [
    'Something that PostgreSQL has and the gateway does not pass: replication, a function call by OID, a start-up parameter that is not on the list, an encoding other than UTF8, an unknown protocol.',
    'The hint says how else: SET after connecting, `SELECT function(…)`, a dump in place of replication. `mode: observe` lets function calls and start-up parameters pass.',
  ],
  '22021': ['Text that is not UTF-8.', 'Keep `client_encoding` UTF8.'],
  '22023': [
    'The option `auditorium.authentication` is neither `password` nor `oauthbearer`.',
    'Say one of the two, or leave it out.',
  ],
  '28000': [
    'The token was refused, or did not hold any longer while the session lived; or there was none, or it would have travelled unencrypted.',
    'The message says why: see [tokens](#why-a-token-is-refused).',
  ],
  '3D000': [
    'There is no connection of this name, or the database does not have the database that the connection names.',
    'Give the name of a registered connection as `dbname`; the operator looks at `connections`.',
  ],
  '42501': [
    'Refused: by a rule of the policy, by a reviewer, because nobody decided in time, or because the agent’s groups may not use the connection.',
    'The message is the rule’s or the reviewer’s; `auditorium policy explain` says which rule, and why.',
  ],
  '42601': [
    'The gateway could not read the statement, and its policy lets nothing through that cannot be read; or `options` of the start-up are malformed.',
    'The position points at the fault, as PostgreSQL’s would. Where the statement is right and newer than the gateway’s parser, `unparsed: hold` has people decide.',
  ],
  '53100': [
    'The recorder has no room: the spool is at its limit, or the disk is full. Agents were made to wait for `gateway.spool.deadline` before.',
    'See why the archive is behind (`auditorium gateway status`), make room, or raise `gateway.spool.limit`.',
  ],
  '53300': [
    'Too many connections: more strangers than `gateway.limits` allows, or the database takes no more.',
    'Connect again; raise the limit, or use a pool.',
  ],
  '54000': [
    'A result was cut at the number of rows that a rule allows (`rows: { returned: … }`), or a masked answer is larger than can be masked whole.',
    'Ask for fewer rows, or smaller values.',
  ],
  '57014': [
    'The statement was cancelled while it waited for a reviewer, or the agent took longer than 10 s to say who it is.',
    'Send it again; a start-up that is slow looks at the network, or at a password prompt.',
  ],
  '57P01': [
    'An operator ended the session, or the gateway is shutting down.',
    'The detail says why. Connect again once it is back.',
  ],
  '57P03': [
    'The gateway takes no sessions: it is shutting down, or cannot record; or the database is starting.',
    'Connect again. Where it stays so, `auditorium gateway status` says what is the matter.',
  ],
  '58030': [
    'The disk of the recorder failed or does not answer. What was forwarded is recorded; nothing further is forwarded.',
    'The gateway’s log says which operation failed (`SPOOL_WRITE`, `SPOOL_SYNC`, `SPOOL_STALLED`). It starts again by itself under systemd.',
  ],
  F0000: [
    'The connection is configured wrongly, such as a certificate file that is not there.',
    'The operator mends the connection.',
  ],
  XX000: [
    'The gateway failed to open the session for a reason that nobody foresaw.',
    'Its log has the reason, under the session’s id. Please report it.',
  ],
};

/** `token refused: …`, SQLSTATE 28000; the code stands in the gateway’s log and in the record. */
export const TOKEN_ADVICE: Readonly<Record<IdentityErrorCode, Advice>> = {
  NO_TOKEN: ['The password is empty.', 'Give the token as password (`PGPASSWORD`).'],
  TOO_MANY_TOKENS: [
    'More than two tokens, separated by commas.',
    'One says who, a second where (the CI job); there is no third.',
  ],
  TOKEN_TOO_LARGE: [
    'Longer than tokens are.',
    'Ask the issuer for fewer claims; groups are the usual cause.',
  ],
  NOT_A_TOKEN: [
    'The password is no signed JSON token.',
    'Database passwords are of no use here. Where it is an opaque token: ask for one for the audience of the gateway.',
  ],
  MALFORMED_TOKEN: [
    'It looks like a token and cannot be read.',
    'It was cut or changed on its way; take it anew.',
  ],
  ALGORITHM_REFUSED: [
    'Signed by an algorithm that this issuer does not use, or not signed.',
    'See `algorithms` of the [issuer](configuration.md#issuers). `none` and shared secrets are never taken.',
  ],
  HEADER_REFUSED: [
    'Its header asks the gateway to trust a key that it brings along, or for an extension.',
    'No issuer does that; somebody made this token.',
  ],
  UNKNOWN_ISSUER: [
    'No issuer of the configuration has this `iss`. Nobody was asked.',
    'Compare `issuer` with the token’s `iss`, to the last slash.',
  ],
  ISSUER_UNREACHABLE: [
    'The keys of the issuer could not be had.',
    'See whether the gateway’s machine reaches the issuer by https; sessions that are open go on.',
  ],
  UNKNOWN_KEY: [
    'Signed by a key that the issuer does not publish.',
    'Take a new token. After a rotation the gateway asks again within 30 s.',
  ],
  BAD_SIGNATURE: ['The signature does not fit.', 'It was changed on its way, or made by somebody else.'],
  WRONG_TYPE: [
    'Its type (`typ`) is not what this profile takes.',
    'Give an access token, or choose the profile that fits the issuer.',
  ],
  ID_TOKEN: [
    'An ID token, where an access token is wanted.',
    'Ask for an access token for the gateway’s audience; ID tokens are for sign-ins.',
  ],
  WRONG_AUDIENCE: [
    'It was issued for another audience.',
    'Ask the issuer for the `audience` of the configuration; GitLab: `aud` of `id_tokens`, GitHub: the parameter `audience`.',
  ],
  EXPIRED: [
    'It has expired.',
    'Take a new one right before connecting. A clock that is off by more than a minute does this too.',
  ],
  NOT_YET_VALID: ['It is valid only later.', 'Compare the clocks of the issuer and of the gateway.'],
  CLAIM_MISSING: ['A claim that this profile needs is not there.', 'The message names it.'],
  CLAIM_REFUSED: [
    'A claim has another value than `require` of the issuer allows.',
    'It is a token of somebody else’s organisation or branch; or `require` needs that value.',
  ],
  NOT_A_CI_TOKEN: [
    'The second token is not of a CI job.',
    'The order is: who, then where. Two access tokens are no use.',
  ],
  REVOKED: [
    'An operator revoked it (`auditorium gateway revoke`).',
    'Ask who did; a new token of another id is taken, unless subject or client were revoked.',
  ],
  INACTIVE: ['Its issuer says that it no longer holds (introspection).', 'Take a new one.'],
  NOT_CHECKED: [
    'Its issuer does not say whether it still holds.',
    'See whether introspection works: `clientId`, `clientSecret`, the network. Open sessions go on for `grace`.',
  ],
};

/** Why no session came of a connection, before anybody was known. */
export const STARTUP_ADVICE: Readonly<Record<StartupErrorCode, Advice>> = {
  CLOSED: [
    'The client went away.',
    'Nothing, where it does not happen all the time; health checks that only connect do it.',
  ],
  TIMEOUT: ['It took longer than 10 s to say who it is.', 'psql that asks for a password: set `PGPASSWORD`.'],
  CROWDED: [
    'Its place at the door was given to another: too many connections that have not authenticated.',
    'Raise `gateway.limits.unauthenticated`, or see who connects and says nothing.',
  ],
  CLOSING: ['The gateway is shutting down.', 'Connect again.'],
  TLS_FAILED: [
    'The TLS handshake with the client failed.',
    'The client does not believe the certificate, or wants another version; see `gateway.tls` and the client’s `sslrootcert`.',
  ],
  MALFORMED: [
    'Bytes that no PostgreSQL client sends.',
    'Something else connects to this port: a scanner, a browser, a load balancer’s check.',
  ],
  UNSUPPORTED: [
    'Something that PostgreSQL may offer and the gateway does not, such as protocol 2.',
    'Update the client.',
  ],
  INSECURE: [
    'The token would have travelled unencrypted over a network.',
    'Configure `gateway.tls`, or connect from the machine that the gateway runs on.',
  ],
  NO_TOKEN: [
    'The client asked by OAUTHBEARER where to get a token, and now knows.',
    'Nothing: it comes back with one.',
  ],
};

/** Why the database behind a connection was not reached. */
export const UPSTREAM_ADVICE: Readonly<Record<UpstreamErrorCode, Advice>> = {
  UNREACHABLE: [
    'Refused, no such host, or broken off.',
    '`host` and `port`; is the database up, and does a firewall let the gateway through?',
  ],
  TIMEOUT: ['It did not answer in time.', 'A firewall that drops packets, or a database that is overloaded.'],
  ABORTED: ['The gateway gave up: the agent left, or the gateway is stopping.', 'Nothing.'],
  NOT_READY: ['The database is starting, recovering or shutting down.', 'Connect again.'],
  TOO_MANY_CONNECTIONS: [
    'The database takes no more connections.',
    'Raise `max_connections`, or use fewer agents at a time: each session has a backend of its own.',
  ],
  CREDENTIALS_REFUSED: [
    'The database does not take the gateway’s password or user.',
    '`user` and `password` of the connection, and `pg_hba.conf`.',
  ],
  NO_CREDENTIALS: [
    'The command that prints the password failed.',
    'Run it by hand as the gateway’s user; it has 10 s and must print one line.',
  ],
  NO_DATABASE: ['The database server has no database of that name.', '`database` of the connection.'],
  TLS_REFUSED: [
    'The connection demands TLS and the server has none.',
    'Switch `ssl` on at the server, or ask for less by `sslmode`.',
  ],
  TLS_FAILED: [
    'The handshake failed, or the certificate is not what `sslmode` demands.',
    '`sslrootcert`, the host name in the certificate, its dates.',
  ],
  AUTHENTICATION_REFUSED: [
    'The server asks for a kind of authentication that the connection does not allow.',
    'Name it in `auth`, if it is meant: md5 and cleartext are not taken unasked.',
  ],
  SERVER_UNPROVEN: [
    'The server does not know the password it should: it may be another server.',
    'Do not widen `auth`. Find out what answers at that address.',
  ],
  PROTOCOL_VIOLATION: [
    'What came was not PostgreSQL’s protocol.',
    '`host` and `port` lead to something else.',
  ],
  CONFIGURATION: ['The connection is configured wrongly.', 'The message says where.'],
  REFUSED: ['Any other error of the server; with the server’s SQLSTATE.', 'The message is the server’s.'],
};
