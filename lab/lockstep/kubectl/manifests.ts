import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Api } from '../../control-plane/api.ts';
import { APPLY, type Call, type PathOf, readIfThere, STRATEGIC } from './call.ts';
import { sortedJson, threeWay } from './three-way.ts';

const Words = Type.Record(Type.String(), Type.String());
const Manifest = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  metadata: Type.Object({
    name: Type.String(),
    annotations: Type.Optional(Words),
    resourceVersion: Type.Optional(Type.String()),
  }),
});
const isManifest = Compile(Manifest);
/** `deployment.apps/web`: how kubectl names it. */
const nameOf = ({ apiVersion, kind, metadata }: Type.Static<typeof Manifest>): string => {
  const [group, version] = apiVersion.split('/');
  return `${kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${metadata.name}`;
};
const isList = Compile(Type.Object({ kind: Type.Literal('List'), items: Type.Array(Type.Unknown()) }));

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object of a command's input, and where it is. */
interface Given {
  readonly object: Type.Static<typeof Manifest>;
  readonly path: string;
  readonly live: unknown;
}

const lastApplied = (live: unknown): string | undefined =>
  isManifest.Check(live) ? live.metadata.annotations?.[LAST_APPLIED] : undefined;

const collectionOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** The object as `kubectl apply` writes it, with the note of what it has applied. */
function noted({ object, path }: Given) {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  const { metadata } = object;
  const applied = { ...object, metadata: { annotations: {}, ...metadata, namespace } };
  const annotations = { ...metadata.annotations, [LAST_APPLIED]: `${sortedJson(applied)}\n` };
  return { ...object, metadata: { ...metadata, namespace, annotations } };
}

/** A request, and what kubectl says that it has done. */
interface Write {
  readonly call?: Call;
  readonly done: string;
}
type Way = (given: Given) => Write | undefined;

const apply: Way = (given) => {
  const manager = '?fieldManager=kubectl-client-side-apply';
  const { path, live } = given;
  const wanted = noted(given);
  if (live === undefined) {
    return { done: 'created', call: { method: 'POST', path: collectionOf(path) + manager, body: wanted } };
  }
  const last = lastApplied(live);
  if (last === undefined) return undefined;
  const change = threeWay({ last: JSON.parse(last), wanted, live });
  if (change.kind !== 'patch') return change.kind === 'none' ? { done: 'unchanged' } : undefined;
  const call = { method: 'PATCH', path: path + manager, body: change.patch, contentType: STRATEGIC } as const;
  return { done: 'configured', call };
};

/** kubectl moves the fields of an object that it has applied in the client before. */
const applyInServer =
  (force: boolean): Way =>
  ({ object, path, live }) =>
    lastApplied(live) === undefined
      ? {
          done: 'serverside-applied',
          call: {
            method: 'PATCH',
            path: `${path}?fieldManager=kubectl&force=${force}&fieldValidation=Strict`,
            body: object,
            contentType: APPLY,
          },
        }
      : undefined;

const create: Way = ({ object, path }) => ({
  done: 'created',
  call: { method: 'POST', path: `${collectionOf(path)}?fieldManager=kubectl-create`, body: object },
});

const replace: Way = ({ object, path, live }) => {
  if (!isManifest.Check(live) || lastApplied(object) !== undefined) return undefined;
  const { resourceVersion } = live.metadata;
  const body = { ...object, metadata: { resourceVersion, ...object.metadata } };
  return { done: 'replaced', call: { method: 'PUT', path: `${path}?fieldManager=kubectl-replace`, body } };
};

const WAYS: Readonly<Record<string, Way>> = {
  'apply -f -': apply,
  'apply --server-side -f -': applyInServer(false),
  'apply --server-side --force-conflicts -f -': applyInServer(true),
  'create -f -': create,
  'replace -f -': replace,
};

function objectsIn(input: string): readonly unknown[] {
  if (!input.startsWith('{')) return [undefined];
  const given: unknown = JSON.parse(input);
  return isList.Check(given) ? given.items : [given];
}

/**
 * The requests of a command that writes the objects of its input.
 * @returns undefined if it is another command, or has an object that only kubectl knows how to write
 */
export async function writesOf(
  api: Api,
  args: readonly string[],
  input: string,
  pathOf: PathOf,
): Promise<{ readonly calls: readonly Call[]; readonly output: string } | undefined> {
  const way = WAYS[args.join(' ')];
  if (!way) return undefined;
  const calls: Call[] = [];
  let output = '';
  for (const object of objectsIn(input)) {
    if (!isManifest.Check(object)) return undefined;
    const path = pathOf(object.kind.toLowerCase(), object.metadata.name);
    if (path === undefined) return undefined;
    const write = way({ object, path, live: await readIfThere(api, path) });
    if (write === undefined) return undefined;
    if (write.call) calls.push(write.call);
    output += `${nameOf(object)} ${write.done}\n`;
  }
  return { calls, output };
}
