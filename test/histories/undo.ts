import { Type } from 'typebox';
import { ControllerRevision, keptTemplate } from '../../src/workloads/controller-revision.ts';
import { Deployment } from '../../src/workloads/deployment.ts';
import { type Answer, type Caller, JSON_PATCH, STRATEGIC_PATCH } from '../kit/caller.ts';
import { undoPatch } from '../kit/undo.ts';
import { parser } from './parser.ts';
import type { Shape } from './shapes.ts';
import { asReplicaSets, asTemplated } from './wire.ts';

const asDeployment = parser(Deployment);
const asControllerRevisions = parser(Type.Object({ items: Type.Array(ControllerRevision) }));

interface Place {
  readonly namespace: string;
  /** Of the workload. */
  readonly path: string;
  readonly shape: Shape;
}

/** Goes back by this many revisions, as `kubectl rollout undo` does. If there are not so many, to the first. */
export async function undo(call: Caller, { namespace, path, shape }: Place, back: number): Promise<Answer> {
  const resource = shape.kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  const read = await call('GET', path);
  const listed = await call('GET', `/apis/apps/v1/namespaces/${namespace}/${resource}`);
  if (shape.kind === 'Deployment') {
    const patch = undoPatch(asDeployment(read.body), asReplicaSets(listed.body), back);
    return patch ? call('PATCH', path, patch, JSON_PATCH) : listed;
  }
  const patch = revisionPatch(asTemplated(read.body)?.metadata.uid, listed.body, back);
  return patch ? call('PATCH', path, patch, STRATEGIC_PATCH) : listed;
}

/** What a ControllerRevision keeps is the patch that brings its template back. Nothing else comes back with it. */
function revisionPatch(uid: string | null | undefined, listed: unknown, back: number): object | undefined {
  const own = asControllerRevisions(listed)?.items ?? [];
  const [, ...earlier] = own
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
    .sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
  const previous = earlier[back - 1] ?? earlier.at(-1);
  return previous && keptTemplate(previous) && (previous.data ?? undefined);
}
