/** The policy of the demo's gateway: what a shop's people might begin with. It is text of this module, so that every build finds it. */

/** The document, commented, as it is written beside the demo's configuration. */
export const SHOP_POLICY = `# What agents may do to the shop's database. Of the rules that allow, hold or deny, the first that matches a statement
# decides; of several statements in one text the most severe decision counts. Try it:
#   npx auditorium policy explain policy.yaml --sql 'DELETE FROM orders' --agent ci-deployer --ci github:4713:1 --attested
version: 1
mode: enforce # observe: only record what would have been denied, held or masked
default: allow
unparsed: deny # what cannot be read: the gateway would not know what it lets through

# Held statements wait this long for a person. Who decides has the role of reviewer in auditorium.yaml.
approvals: { timeout: 30m, estimate: true }

tags:
  pii: [customers.email, customers.phone, customers.birth_date]

rules:
  # An exception stands above what it is taken out of. Only a verified token of the job itself makes it hold.
  - name: releases
    description: A pipeline that runs for a release tag may change the schema and load data.
    when: { ci: { provider: github, repository: acme/shop, ref: refs/tags/* } }
    statement: { class: [schema, write, maintenance] }
    effect: allow

  - name: no drop
    statement: { verb: [DROP *, TRUNCATE] }
    effect: deny
    severity: critical
    message: agents drop nothing here; a release does

  - name: schema by release
    statement: { class: schema }
    effect: deny
    message: the schema changes by release only

  - name: no way around
    description: Files and programs of the database server, and catalogs that hold passwords.
    statement: { features: [copy program, copy file, secret catalog] }
    effect: deny
    severity: critical

  - name: privileges
    statement: { class: privilege }
    effect: hold
    severity: high

  - name: every row
    description: UPDATE and DELETE that leave out no row.
    statement: { features: missing where }
    effect: hold
    severity: high
    message: this changes every row of a table

  - name: unseen code
    description: DO, CALL and functions in other languages than SQL; nobody knows which tables they use.
    statement: { features: opaque }
    effect: hold
    message: nobody can tell what this code does

  - name: orders by CI
    description: Pipelines delete orders only after somebody had a look.
    when: { ci: { repository: acme/shop } }
    statement: { verb: DELETE, writes: orders }
    effect: hold
    message: orders are deleted after a look

  # Masks stand beside that order: each holds for the sessions it fits, on the wire and in the record.
  - name: personal data
    description: How customers are reached is for support alone.
    when: { not: { groups: support } }
    effect: mask
    mask: { tags: pii, style: partial } # m***@example.com, 1984-01-01

  - name: addresses
    when: { groups: ci-agents }
    effect: mask
    mask: { columns: customers.street, style: redact }
`;
