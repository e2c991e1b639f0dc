import { useCluster } from '../kit/use.ts';

/** They come and go by themselves. */
const PASSING = /^(events|componentstatuses)(\.|$)/;

/**
 * All objects of all kinds that a release in this namespace can leave behind: those of the namespace, and those that are in
 * none. `Kind/name`, sorted.
 */
export async function objectsAround(namespace: string): Promise<readonly string[]> {
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
