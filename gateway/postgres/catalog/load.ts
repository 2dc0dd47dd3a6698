/** Loading a database's structure over an agent's session. */
import type { Backend } from './backend.ts';
import { askRows } from './catalog-error.ts';
import { FIRST_OWN_OID, OTHER_OBJECTS, RELATIONS, RELATIONS_PER_QUESTION } from './structure-questions.ts';
import { Structure, type StructureRow } from './structure.ts';

/** Rows taken up at once: some 2 ms, then other sessions have their turn. */
const ROWS_AT_ONCE = 500;

/** What the database itself has, without the texts of views. Throws CatalogError. */
export async function loadOwn(backend: Backend): Promise<Structure> {
  const structure = new Structure();
  await addAll(structure, await askRows(backend, OTHER_OBJECTS));
  await addRelations(structure, backend, FIRST_OWN_OID, MAX_OID);
  return structure;
}

/** PostgreSQL's own relations. Throws CatalogError. */
export async function loadSystem(backend: Backend): Promise<Structure> {
  const structure = new Structure();
  await addRelations(structure, backend, 0, FIRST_OWN_OID);
  return structure;
}

/** Of four bytes, without sign. */
const MAX_OID = 0xffff_ffff;

async function addRelations(structure: Structure, backend: Backend, from: number, to: number): Promise<void> {
  for (let next = from; ;) {
    const rows = await askRows(backend, RELATIONS, [String(next), String(to)]);
    await addAll(structure, rows);
    const last = rows.length === RELATIONS_PER_QUESTION ? structure.lastRelation : null;
    if (last === null) return;
    next = last.oid + 1;
  }
}

async function addAll(structure: Structure, rows: readonly StructureRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    for (const row of rows.slice(at, at + ROWS_AT_ONCE)) structure.add(row);
  }
}
