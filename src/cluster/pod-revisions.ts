import type { ApiClient } from '../api/client.ts';
import type { CopyOwner } from '../copies/manifest.ts';
import type { Revisions } from '../in-step/revision-ports.ts';
import { keptTemplate } from '../workloads/controller-revision.ts';
import type { Controller, NamedRevision } from '../workloads/pod-revision.ts';
import { anyControllerOf, type OwnedMeta } from '../workloads/replica-set.ts';
import { controllerRevisionFolder, readControllerRevision } from './controller-revisions.ts';
import { existsIn } from './meta-reads.ts';
import { replicaSetFolder, replicaSets } from './replica-sets.ts';

type Named<Kind extends NamedRevision['kind']> = Extract<NamedRevision, { kind: Kind }>;

const asOwner = (kind: NamedRevision['kind'], name: string, uid: string): CopyOwner => ({
  apiVersion: 'apps/v1',
  kind,
  name,
  uid,
});

/**
 * Whether a revision can be that of a pod with this controller. `--cascade=orphan` takes the controller off a revision,
 * and a workload's controller that lags still makes pods of it. The next workload of the same template adopts both. A
 * pod counts only if it has the marks of the revision's template.
 */
function mayBeOf(metadata: OwnedMeta, of: Controller): boolean {
  const controller = anyControllerOf(metadata);
  return (
    !controller || (controller.kind === of.kind && controller.uid === of.uid && controller.name === of.name)
  );
}

/** How to read the revisions that pods name. */
export function podRevisions(client: ApiClient): Revisions {
  const sets = replicaSets(client);

  async function readReplicaSet(namespace: string, named: Named<'ReplicaSet'>, signal: AbortSignal) {
    const found = await sets.read(namespace, named, signal);
    const owner = asOwner('ReplicaSet', named.name, named.uid);
    return found && { owner, metadata: found.metadata, template: found.spec.template ?? undefined };
  }

  async function readOther(
    namespace: string,
    { name, of }: Named<'ControllerRevision'>,
    signal: AbortSignal,
  ) {
    const found = await readControllerRevision(client, namespace, name, signal);
    const uid = found?.metadata.uid;
    if (!uid || !mayBeOf(found.metadata, of)) return undefined;
    const owner = asOwner('ControllerRevision', name, uid);
    return { owner, metadata: found.metadata, template: keptTemplate(found) };
  }

  return {
    read: (namespace, named, signal) =>
      named.kind === 'ReplicaSet'
        ? readReplicaSet(namespace, named, signal)
        : readOther(namespace, named, signal),
  };
}

/** Whether the cluster has a revision that owns a copy, under its name and with its uid. */
export function revisionExists(
  client: ApiClient,
  namespace: string,
  owner: CopyOwner,
  signal: AbortSignal,
): Promise<boolean> {
  return owner.kind === 'ControllerRevision'
    ? existsIn(client, 'controllerrevisions', controllerRevisionFolder(namespace), owner, signal)
    : existsIn(client, 'replicasets', replicaSetFolder(namespace), owner, signal);
}
