/** What a person could do where nothing that is revoked protects masked columns. */
import type { Catalog } from './catalog.ts';
import type { Exposure } from './exposures.ts';
import type { MaskedColumn } from './masked-columns.ts';
import { quoted, quotedRelation } from './quoted-name.ts';

/** Lines in a person's words, with SQL to be adapted; for what no statement ends. */
export function adviceOn(
  exposure: Exposure,
  masked: readonly MaskedColumn[],
  catalog: Catalog,
): readonly string[] {
  switch (exposure.kind) {
    case 'superuser':
      return ownRole(masked, catalog);
    case 'owner':
      return [
        'who owns it can always read it: let the gateway log in as another role, or give it to one that agents are not:',
        `  ALTER TABLE ${quotedRelation(exposure.relation)} OWNER TO shop_owner;`,
      ];
    case 'rule':
      return [
        'its rules read with the rights of its owner: let the gateway log in as a role that may not change it, or drop them',
      ];
    default:
      return ['no grant of this is known that could be revoked: look at the roles that it is a member of'];
  }
}

/** A name that whoever runs it will want to replace. */
const ROLE = 'auditorium_agents';

/** A superuser reads everything, whatever is revoked: agents need a role that is none. */
function ownRole(masked: readonly MaskedColumn[], catalog: Catalog): string[] {
  const schemas = [...new Set([...catalog.relations()].map(({ schema }) => schema))].filter(
    (schema) => !/^(?:pg_|information_schema$)/u.test(schema),
  );
  const all = schemas.map(quoted).join(', ');
  return [
    'nothing keeps a superuser from reading it: let the gateway log in as a role of its own for agents, such as',
    `  CREATE ROLE ${ROLE} LOGIN PASSWORD 'choose one';`,
    `  GRANT USAGE ON SCHEMA ${all} TO ${ROLE};`,
    `  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${all} TO ${ROLE};`,
    `  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${all} TO ${ROLE};`,
    ...[...new Set(masked.map(({ relation }) => relation))].flatMap((oid) =>
      withoutMasked(oid, masked, catalog),
    ),
    `and make ${ROLE} the user of this connection in the configuration; this command then prints what else it could read`,
  ];
}

function withoutMasked(oid: number, masked: readonly MaskedColumn[], catalog: Catalog): string[] {
  const relation = catalog.relationByOid(oid);
  if (relation === null) return [];
  const hidden = new Set(masked.filter((each) => each.relation === oid).map(({ column }) => column));
  const rest = relation.columns.filter(({ number }) => !hidden.has(number)).map(({ name }) => quoted(name));
  const name = quotedRelation(relation);
  return [
    `  REVOKE SELECT ON ${name} FROM ${ROLE};`,
    ...(rest.length === 0 ? [] : [`  GRANT SELECT (${rest.join(', ')}) ON ${name} TO ${ROLE};`]),
  ];
}
