import type { Operation } from 'fast-json-patch';
import { type ManagedEntry, managedEntries } from '../workloads/managed-fields.ts';
import { EDITED } from './names.ts';
import { MARK_KEYS, MARKS } from './table.ts';

/** The field manager that lockstep's own writes name. */
export const FIELD_MANAGER = 'lockstep';

const OWN_FIELDS: readonly string[] = [...MARK_KEYS.map((key) => MARKS[key].name), EDITED].map(
  (name) => `f:${name}`,
);

/** The innermost fields of a set of fields. `.` stands for the map itself that the other fields are in. */
function leavesOf(fields: unknown): string[] {
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).flatMap(([name, inner]) => {
    const leaves = leavesOf(inner);
    return leaves.length === 0 ? [name] : leaves;
  });
}

/** Whether this is the entry of lockstep's own patches, which write nothing but marks and the note `EDITED`. */
function isOwn({ manager, operation, subresource, fieldsV1 }: ManagedEntry): boolean {
  if (manager !== FIELD_MANAGER || operation !== 'Update' || subresource) return false;
  return leavesOf(fieldsV1).every((leaf) => leaf === '.' || OWN_FIELDS.includes(leaf));
}

/**
 * The JSON Patch after which lockstep owns no field of the object: the marks then belong to nobody, as if the
 * webhook had written them. So a server-side apply of a manifest with marks takes them over without a conflict.
 * Undefined: lockstep owns nothing. The patch does not apply if other entries came or went meanwhile.
 * @param object with its managed fields, as the API server has answered it
 */
export function disowningPatch(object: unknown): Operation[] | undefined {
  const index = managedEntries(object).findIndex(isOwn);
  if (index < 0) return undefined;
  const path = `/metadata/managedFields/${index}`;
  return [
    { op: 'test', path: `${path}/manager`, value: FIELD_MANAGER },
    { op: 'test', path: `${path}/operation`, value: 'Update' },
    { op: 'remove', path },
  ];
}
