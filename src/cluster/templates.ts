import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ApiClient } from '../api/client.ts';
import { unexpectedFieldError } from '../api/errors.ts';
import { pageDecoder, pages } from '../api/pages.ts';
import type { TemplateAnnotations, TemplateHolder } from '../copies/fate.ts';
import { maybe, StringMap } from '../schema.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { anyControllerOf, OwnedMeta } from '../workloads/replica-set.ts';
import { apiVersionOf, type WorkloadKind, workloadOf } from '../workloads/workload.ts';
import { controllerRevisionFolder } from './controller-revisions.ts';
import { replicaSetFolder } from './replica-sets.ts';
import { workloadFolder } from './workloads.ts';

/** A template takes a few KiB, seldom a hundred. */
const PAGE_SIZE = 50;

const decodePage = pageDecoder(Type.Unknown(), 'workloads');

type Annotations = Readonly<Record<string, string>>;

const Template = Type.Object({ metadata: maybe(Type.Object({ annotations: maybe(StringMap) })) });

/** The part of a workload or a ReplicaSet that says what its template names. */
const Holder = Compile(
  Type.Object({ metadata: OwnedMeta, spec: Type.Object({ template: maybe(Template) }) }),
);
const Revision = Compile(Type.Object({ metadata: OwnedMeta, data: Type.Optional(Type.Unknown()) }));

/** A template that a ControllerRevision keeps. Those of other programs keep anything else. */
const isKept = Compile(
  Type.Object({
    spec: Type.Object({ template: Type.Object({ metadata: Type.Object({ annotations: StringMap }) }) }),
  }),
);
const keptAnnotations = (data: unknown): Annotations =>
  isKept.Check(data) ? data.spec.template.metadata.annotations : {};

const isNamed = Compile(Type.Object({ metadata: Type.Object({ name: Type.String() }) }));

/**
 * The part of an item that says what its template names. The rest of the item may be anything.
 * @throws LockstepError API_UNEXPECTED, which names the item
 */
function holderFields(kind: string, namespace: string, item: unknown) {
  const fieldsOf = ({ metadata }: { readonly metadata: OwnedMeta }, annotations: Annotations) => {
    const identity = { kind, name: metadata.name ?? '', uid: metadata.uid ?? '' };
    return { identity, metadata, annotations };
  };
  if (kind === 'ControllerRevision' && Revision.Check(item))
    return fieldsOf(item, keptAnnotations(item.data));
  if (Holder.Check(item)) return fieldsOf(item, item.spec.template?.metadata?.annotations ?? {});
  const name = isNamed.Check(item) ? item.metadata.name : '?';
  const [first] = Holder.Errors(item);
  throw unexpectedFieldError(`the ${kind} ${namespace}/${name}`, first?.instancePath || '/');
}

/** Whether the next revision of a workload may be yet to come. It may if lockstep cannot tell. */
function isPending(kind: WorkloadKind, namespace: string, item: unknown): boolean {
  const checked = kind.check(item);
  if (checked.kind === 'wrong') return true;
  const { paused, rollout } = workloadOf(kind, checked.object, namespace);
  return paused || !rollout.observed;
}

/** Reads the templates of all workloads of a kind. */
async function* workloadTemplates(
  client: ApiClient,
  kind: WorkloadKind,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  const request = { resource: kind.resource, path: workloadFolder(kind, namespace), signal };
  const options = { size: PAGE_SIZE, decode: decodePage, mayBeAbsent: kind.isCustom ?? false };
  for await (const items of pages(client, request, options)) {
    for (const item of items) {
      const { identity, annotations } = holderFields(kind.kind, namespace, item);
      const pending = isPending(kind, namespace, item);
      const holder: TemplateHolder = { ...identity, apiVersion: apiVersionOf(kind), is: 'workload', pending };
      yield { holder, annotations };
    }
  }
}

/** How to read the revisions of one kind. */
interface RevisionKind {
  readonly kind: NonNullable<WorkloadKind['revisions']>;
  readonly resource: string;
  readonly folder: (namespace: string) => string;
}

const REVISION_KINDS: readonly RevisionKind[] = [
  { kind: 'ReplicaSet', resource: 'replicasets', folder: replicaSetFolder },
  { kind: 'ControllerRevision', resource: 'controllerrevisions', folder: controllerRevisionFolder },
];

/** Reads the templates of all revisions of a kind. Those of workloads of other kinds count for themselves alone. */
async function* revisionTemplates(
  client: ApiClient,
  { kind, resource, folder }: RevisionKind,
  kinds: WorkloadKinds,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  const request = { resource, path: folder(namespace), signal };
  for await (const items of pages(client, request, { size: PAGE_SIZE, decode: decodePage })) {
    for (const item of items) {
      const { identity, metadata, annotations } = holderFields(kind, namespace, item);
      const controller = anyControllerOf(metadata);
      const isOfWorkload = kinds.some((row) => row.kind === controller?.kind && row.revisions === kind);
      const of = isOfWorkload ? controller?.uid : undefined;
      const holder: TemplateHolder = { ...identity, apiVersion: 'apps/v1', is: 'revision', of };
      yield { holder, annotations };
    }
  }
}

/**
 * Reads the annotations of all pod templates of a namespace. Workloads come first: if
 * a revision of a workload is made meanwhile, at least one of the two lists shows it.
 * @param kinds the kinds that are on; nothing else is listed
 * @throws LockstepError what the API client throws, and API_UNEXPECTED if it is unknown what an object names
 */
export async function* templateAnnotations(
  client: ApiClient,
  kinds: WorkloadKinds,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<TemplateAnnotations, void> {
  for (const kind of kinds) yield* workloadTemplates(client, kind, namespace, signal);
  for (const revision of REVISION_KINDS) {
    if (kinds.some(({ revisions }) => revisions === revision.kind))
      yield* revisionTemplates(client, revision, kinds, namespace, signal);
  }
}
