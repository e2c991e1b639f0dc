import { useCluster } from '../kit/use-cluster.ts';

/** Kinds whose objects come and go by themselves. */
const PASSING = /^(events|componentstatuses)(\.|$)/;

/**
 * Lists everything that a release in this namespace could leave behind: all objects in the namespace, and all
 * cluster-scoped objects. `Kind/name`, sorted.
 */
export async function listAllObjects(namespace: string): Promise<readonly string[]> {
  const { kubectlOk } = useCluster();
  const { stdout: known } = await kubectlOk(['api-resources', '--verbs=list', '--output=name']);
  const kinds = known.split('\n').filter((kind) => kind !== '' && !PASSING.test(kind));
  const { stdout } = await kubectlOk([
    'get',
    kinds.join(),
    '--namespace',
    namespace,
    '--no-headers',
    '--output=custom-columns=KIND:.kind,NAME:.metadata.name',
  ]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/\s+/, '/'))
    .sort();
}
