import jsonpatch from 'fast-json-patch';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe, StringMap } from '../schema.ts';
import { type Checked, checkOf } from '../workloads/check.ts';
import type { WorkloadKind, WorkloadObject } from '../workloads/workload.ts';
import type { ManifestDocument, Path } from './documents.ts';
import { unexpectedFieldError } from './errors.ts';

/** A Kubernetes object in a document: the document itself, or an item of a list in it. */
export interface ManifestObject {
  readonly document: ManifestDocument;
  /** Its place in the document; empty if it is the document. */
  readonly path: Path;
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: unknown;
}

const isTyped = Compile(Type.Object({ apiVersion: Type.String(), kind: Type.String() }));
const isList = Compile(
  Type.Object({ kind: Type.String({ pattern: 'List$' }), items: Type.Array(Type.Unknown()) }),
);

function objectsAt(document: ManifestDocument, path: Path, value: unknown): ManifestObject[] {
  if (isList.Check(value))
    return value.items.flatMap((item, i) => objectsAt(document, [...path, 'items', i], item));
  if (!isTyped.Check(value)) return [];
  return [{ document, path, apiVersion: value.apiVersion, kind: value.kind, value }];
}

/**
 * The objects in a document. It takes lists of objects
 * apart as kubectl does, and skips what is not an object.
 */
export function objectsOf(document: ManifestDocument): ManifestObject[] {
  return objectsAt(document, [], document.value);
}

const hasName = Compile(Type.Object({ metadata: Type.Object({ name: Type.String() }) }));

/** `deployment/web`; `deployment` if it has no name. */
export function nameOf({ kind, value }: ManifestObject): string {
  return hasName.Check(value) ? `${kind.toLowerCase()}/${value.metadata.name}` : kind.toLowerCase();
}

/** A JSON Pointer as a path. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => jsonpatch.unescapePathComponent(part))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** `spec.containers[0]["a.b/c"]` */
function fieldPath(path: Path): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : /^\w+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`,
    )
    .join('')
    .replace(/^\./, '');
}

/**
 * A decoder for objects of one kind. It returns the value itself, typed, with its unknown fields.
 * @throws LockstepError MANIFEST_INVALID, which names file, place and field, and never a value
 */
export function objectDecoder<T extends TSchema>(schema: T): (object: ManifestObject) => Static<T> {
  const check = checkOf(schema);
  return (object) => checkedObject(object, check(object.value));
}

/**
 * An object as its kind of workload describes it.
 * @throws LockstepError MANIFEST_INVALID, which names file, place and field, and never a value
 */
export function toWorkloadObject(object: ManifestObject, kind: WorkloadKind): WorkloadObject {
  return checkedObject(object, kind.check(object.value));
}

/** @throws LockstepError MANIFEST_INVALID if the object does not fit its schema */
function checkedObject<T>(object: ManifestObject, checked: Checked<T>): T {
  if (checked.kind === 'checked') return checked.object;
  const { deepest } = checked;
  const path = pathOf(deepest.pointer);
  const field = fieldPath(path) || 'the object';
  const place = object.document.place([...object.path, ...path]);
  throw unexpectedFieldError(place, nameOf(object), field, deepest.message);
}

const textMap = maybe(StringMap);
const sourceMetadata = Type.Object({
  name: maybe(Type.String()),
  namespace: maybe(Type.String()),
  annotations: textMap,
});

/** The fields of a core/v1 ConfigMap that lockstep reads. */
export const ConfigMap = Type.Object({ metadata: sourceMetadata, data: textMap, binaryData: textMap });

/** The fields of a core/v1 Secret that lockstep reads. The API server writes `stringData` over `data`. */
export const Secret = Type.Object({ metadata: sourceMetadata, data: textMap, stringData: textMap });

/** The fields of a core/v1 Namespace that lockstep reads. */
export const Namespace = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    labels: textMap,
  }),
});
