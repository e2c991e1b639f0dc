import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../schema.ts';
import { valueAt } from './fields.ts';

const text = maybe(Type.String());

/** The part of a meta/v1 ManagedFieldsEntry that says who wrote, how and when. */
const Entry = Type.Object({
  manager: text,
  operation: text,
  subresource: text,
  time: text,
  fieldsV1: maybe(Type.Object({})),
});
const isEntries = Compile(Type.Array(Entry));

/**
 * What one field manager owns of an object. The API server computes these entries before it calls webhooks. So
 * they tell what the user's request wrote, and nothing about what webhooks added.
 */
export type ManagedEntry = Static<typeof Entry>;

/** The entries of an object. Empty: it has none, or somebody has emptied them. */
export function managedEntries(object: unknown): readonly ManagedEntry[] {
  const entries = valueAt(object, ['metadata', 'managedFields']);
  return isEntries.Check(entries) ? entries : [];
}

/** Whether an entry owns the field at this path of names. */
export function ownsField({ fieldsV1 }: ManagedEntry, path: readonly string[]): boolean {
  const fields = path.map((name) => `f:${name}`);
  return valueAt(fieldsV1, fields) !== undefined;
}

/** Whether server-side apply wrote the entry: its fields stand in somebody's manifest. */
export const isApplied = ({ operation }: ManagedEntry): boolean => operation === 'Apply';

const sameWrite = (a: ManagedEntry, b: ManagedEntry): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  a.time === b.time;

/**
 * The entries that a request has written. The API server dates an entry anew, in steps of a second, when a
 * request sets a field to another value.
 */
export function entriesWritten(
  now: readonly ManagedEntry[],
  before: readonly ManagedEntry[],
): readonly ManagedEntry[] {
  return now.filter((entry) => !before.some((each) => sameWrite(each, entry)));
}

/** The entries with the latest time. A request's own entry is one of them, since no time lies ahead. */
export function latestEntries(entries: readonly ManagedEntry[]): readonly ManagedEntry[] {
  // The API server writes all of them in one format, in UTC.
  const latest = entries.reduce((max, { time }) => (time && time > max ? time : max), '');
  return entries.filter(({ time }) => (time ?? '') === latest);
}
