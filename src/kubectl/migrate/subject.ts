import type { Path } from '../../manifests/documents.ts';
import { type ManifestObject, nameOf, toWorkloadObject } from '../../manifests/objects.ts';
import { valueAt } from '../../workloads/fields.ts';
import { kindOfObject, WORKLOAD_KINDS } from '../../workloads/kinds.ts';
import { type Workload, workloadOf } from '../../workloads/workload.ts';
import type { Texts } from './finding.ts';

/** An object that may carry annotations of a peer. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly own: Texts;
  readonly uid?: string | undefined;
  /** The object, or as much of it as is known. */
  readonly object: unknown;
  /** Undefined: it is no workload that lockstep acts on. */
  readonly workload?: Workload;
  /** The place of what is at this path of the object. Absent: it is in the cluster. */
  readonly place?: (path: Path) => string;
}

function textsAt(value: unknown, path: Path): Texts {
  const found = valueAt(value, path);
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

const textAt = (value: unknown, path: Path): string => {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
};

/**
 * @param namespace of objects that name none
 * @throws LockstepError MANIFEST_INVALID
 */
export function subjectOfManifest(object: ManifestObject, namespace: string): Subject {
  const { value, document, path } = object;
  const kind = kindOfObject(WORKLOAD_KINDS, object);
  const of = textAt(value, ['metadata', 'namespace']) || namespace;
  return {
    kind: object.kind,
    name: textAt(value, ['metadata', 'name']) || nameOf(object),
    namespace: of,
    own: textsAt(value, ['metadata', 'annotations']),
    object: value,
    ...(kind && { workload: workloadOf(kind, toWorkloadObject(object, kind), of) }),
    place: (within) => document.place([...path, ...within]),
  };
}

export const subjectOfWorkload = (workload: Workload): Subject => ({
  kind: workload.kind.kind,
  name: workload.metadata.name ?? '',
  namespace: workload.namespace,
  own: workload.metadata.annotations ?? {},
  uid: workload.metadata.uid ?? undefined,
  object: workload.object,
  workload,
});

/** The annotations of the pod template. */
export const templateAnnotations = ({ workload }: Subject): Texts =>
  workload?.template.metadata?.annotations ?? {};

/** `deployment/web` */
export const subjectName = ({ kind, name }: Pick<Subject, 'kind' | 'name'>): string =>
  `${kind.toLowerCase()}/${name}`;
