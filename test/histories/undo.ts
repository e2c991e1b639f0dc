import { Deployment } from '../../src/workloads/deployment.ts';
import { type Answer, type Caller, JSON_PATCH } from '../kit/caller.ts';
import { undoPatch } from '../kit/undo.ts';
import { parser } from './parser.ts';
import { asReplicaSets } from './wire.ts';

const asDeployment = parser(Deployment);

/**
 * Goes back by this many revisions, as `kubectl rollout undo` does.
 * @param path of the workload
 */
export async function undo(call: Caller, namespace: string, path: string, back: number): Promise<Answer> {
  const read = await call('GET', path);
  const listed = await call('GET', `/apis/apps/v1/namespaces/${namespace}/replicasets`);
  const patch = undoPatch(asDeployment(read.body), asReplicaSets(listed.body), back);
  return patch ? call('PATCH', path, patch, JSON_PATCH) : listed;
}
