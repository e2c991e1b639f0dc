import type { Path } from '../../manifests/documents.ts';
import { valueAt } from '../../workloads/fields.ts';
import type { PatchOperation } from './finding.ts';

/** `/spec/template/metadata/annotations/a~1b` */
export const pointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A list at a path. None: it is empty. */
export const listAt = (value: unknown, path: Path): readonly unknown[] => {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
};

/** Takes an item out of a list, if it still is what it was. */
export const withoutItem = (item: Path, told: Path, value: unknown): PatchOperation[] => [
  { op: 'test', path: pointer([...item, ...told]), value },
  { op: 'remove', path: pointer(item) },
];
