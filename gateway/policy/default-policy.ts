/** The policy that ships: `policy: default`, and what `auditorium policy init` writes for editing. */

/** What the JSON Schema of policy documents is called, where editors find it by the first line of {@link DEFAULT_POLICY}. */
export const SCHEMA_FILE = 'policy.schema.json';

/** A policy document, commented. It is text of this module, so that every build finds it. */
export const DEFAULT_POLICY = `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
# What agents may do to the databases behind this gateway. Of the rules that allow, hold or deny, the first that matches a
# statement decides; of several statements in one text the most severe decision counts. See docs/policy.md.
version: 1

# observe: every decision is recorded and nothing is refused, held or masked on the wire. Begin with it where agents already
# work, see what would have happened (auditorium find ARCHIVE 'policy:denied'), then enforce.
mode: enforce

# What no rule matches. Agents read and write; what is below is what they must not do, or not alone.
default: allow

# What cannot be read, or would take too long to: never allowed.
unparsed: deny

# Who decides on held statements, and how long that may take.
approvals:
  # approvers: [dba]   # groups; left out, it is whoever has the role of reviewer in auditorium.yaml
  quorum: 1
  timeout: 10m
  estimate: true

# Names for groups of columns, for rules that mask.
# tags:
#   pii: ['*.email', '*.phone', public.customers.birthday]

rules:
  # Exceptions come first: a rule above another takes what it matches out of the other's reach.
  # - name: migrations
  #   description: The deployment job of the main branch may change the schema.
  #   when: { ci: { job: github/*/deploy, repository: example/shop, ref: refs/heads/main } }
  #   statement: { class: [schema, write] }
  #   effect: allow

  - name: no programs of the server
    description: COPY … PROGRAM runs a shell command as the database's own user.
    statement: { features: copy program }
    effect: deny
    severity: critical
    message: COPY ... PROGRAM runs commands on the database server

  - name: no files of the server
    description: COPY to and from files, large objects to and from files, and functions that read or list the server's disk.
    statement: { features: copy file }
    effect: deny
    severity: critical
    message: files of the database server are out of bounds; use COPY ... FROM STDIN or TO STDOUT

  - name: no reading of the server disk
    statement:
      functions:
        - pg_read_file*
        - pg_read_binary_file
        - pg_ls_*
        - pg_stat_file
        - pg_file_*
        - lo_import
        - lo_export
        - pg_current_logfile
    effect: deny
    severity: critical
    message: files of the database server are out of bounds

  - name: no secrets of the catalog
    description: pg_authid, pg_shadow, pg_user_mapping and others hold passwords, or what they were made into.
    statement: { features: secret catalog }
    effect: deny
    severity: critical
    message: this catalog holds passwords or keys

  - name: no settings of the server
    statement: { verb: [ALTER SYSTEM, LOAD, ALTER DATABASE] }
    effect: deny
    message: settings of the server are its administrators' to change

  - name: no SQL in texts
    description: Functions that run SQL given as a value, here or on another server, or read tables by names given so.
    statement:
      functions: [dblink*, '*_to_xml*', ts_stat, ts_rewrite, crosstab*, connectby, xpath_table]
    effect: deny
    message: this function runs SQL that the gateway cannot judge; send that SQL itself

  - name: ways out of the database are held
    statement:
      verb:
        - CREATE EXTENSION
        - CREATE LANGUAGE
        - CREATE SERVER
        - ALTER SERVER
        - CREATE FOREIGN *
        - IMPORT FOREIGN SCHEMA
        - '* USER MAPPING'
        - '* SUBSCRIPTION'
        - '* PUBLICATION'
        - CREATE EVENT TRIGGER
    effect: hold
    severity: high
    message: this opens a way out of the database

  - name: databases are not dropped
    statement: { verb: [DROP DATABASE, DROP ROLE, DROP OWNED, DROP TABLESPACE] }
    effect: deny
    severity: critical
    message: databases and roles are their administrators' to drop

  - name: privileges are held
    description: GRANT, REVOKE, CREATE and ALTER ROLE, owners, default privileges, row security.
    statement: { class: privilege }
    effect: hold
    severity: high
    message: changes to privileges need approval

  - name: destruction is held
    statement: { verb: [TRUNCATE, DROP *] }
    effect: hold
    severity: high
    message: this destroys data or what it is kept in

  - name: every row is held
    description: UPDATE and DELETE without a WHERE that leaves anything out, within WITH and EXPLAIN ANALYZE too.
    statement: { features: missing where }
    effect: hold
    severity: high
    message: this changes every row of a table; add a WHERE, or have it approved

  # Code that nobody can see (DO, CALL, functions in other languages than SQL) goes on like any other statement: applications are
  # full of it, and holding it would hold ordinary work. It can do whatever the gateway's database user may, the above included;
  # where columns are masked the gateway holds it by itself. Where that is not enough:
  # - name: opaque code is held
  #   statement: { features: opaque }
  #   effect: hold

  # Personal data: rules with effect mask hold beside the ones above, whatever their place.
  # - name: personal data
  #   effect: mask
  #   mask: { tags: pii, style: partial }
  # - name: what looks like a card or a secret
  #   effect: mask
  #   mask: { detect: [card, jwt, api-key], style: redact }
`;
