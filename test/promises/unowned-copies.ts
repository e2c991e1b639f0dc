import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ApiError } from '../../lab/control-plane/api.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { type WebOptions, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { copyName } from '../../src/copies/name.ts';

/** A made-up short digest. */
export const SHORT = '0123456789abcdef';

type Kind = 'ConfigMap' | 'Secret';

/** The note of a copy with the made-up digest. */
const noteOf = (source: string, kind: Kind) =>
  JSON.stringify({
    source: `${kind.toLowerCase()}/${source}`,
    digest: SHORT.padEnd(64, '0'),
    data: 'all',
    binaryData: 'all',
  });

/** Changes of the metadata of a leftover. */
interface Changed {
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
}

/**
 * A copy of a source, with the name and the note that lockstep gives it, and without an owner, as after a
 * restore.
 */
export const ownerless = (source: string, changed: Changed = {}, kind: Kind = 'ConfigMap') => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name: copyName(source, SHORT),
    labels: { 'app.kubernetes.io/managed-by': 'lockstep', 'lockstep.dev/copy': 'true' },
    ...changed,
    annotations: { 'lockstep.dev/copy-of': noteOf(source, kind), ...changed.annotations },
  },
  immutable: true,
  data: {},
});

/** Makes copies that the namespace reserves, as lockstep makes them at the create of a workload. */
export async function leftoversIn(box: Sandbox) {
  const namespace = await namespaceOf(box);
  return (source: string, changed: Changed = {}, kind: Kind = 'ConfigMap') =>
    ownerless(source, { ownerReferences: [namespace], ...changed }, kind);
}

/** A Deployment `web`. Its pods read a copy of the ConfigMap `app`, as its template says. */
export const pinnedWeb = (options: WebOptions = {}): object =>
  web({
    ...options,
    spec: {
      template: {
        metadata: {
          labels: { app: 'web' },
          annotations: {
            'lockstep.dev/config-sources': JSON.stringify({ 'configmap/app': SHORT }),
            'lockstep.dev/pinned': 'configmap/app',
          },
        },
        spec: { containers: [{ name: 'web', image: 'web:1' }], terminationGracePeriodSeconds: 0 },
      },
    },
  });

/** The namespace as an owner. */
export async function namespaceOf({ namespace, kubectl }: Sandbox) {
  const { stdout: uid } = await kubectl(['get', 'namespace', namespace, '-o', 'jsonpath={.metadata.uid}']);
  return { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid };
}

const checkOwned = Compile(
  Type.Object({
    metadata: Type.Object({
      ownerReferences: Type.Optional(Type.Array(Type.Object({ uid: Type.String() }))),
    }),
  }),
);

/** The uids of the owners of a copy. undefined: there is no such copy. */
export async function ownersOf(box: Sandbox, source: string): Promise<readonly string[] | undefined> {
  const copy = await box.read('configmaps', copyName(source, SHORT)).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
  return copy === undefined
    ? undefined
    : (checkOwned.Parse(copy).metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

export const untilGone = (box: Sandbox, source: string): Promise<boolean> =>
  eventually(async () => (await ownersOf(box, source)) === undefined, {
    what: `the end of the copy of ${source}`,
    timeoutMs: 60_000,
  }).then(() => true);

let counter = 0;

/**
 * Makes a leftover and waits until it is swept. The same sweep has looked at all older copies, because they
 * come in the order of their names.
 */
export async function untilSwept(box: Sandbox): Promise<void> {
  counter += 1;
  const last = `zz-${counter}`;
  const leftover = await leftoversIn(box);
  await box.apply(leftover(last));
  await untilGone(box, last);
}
