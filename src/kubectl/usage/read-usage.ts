import { WORKLOAD_KINDS } from '../../workloads/kinds.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';
import { allReferences } from '../users.ts';
import { listWorkloads } from '../workload-list.ts';
import { readInventory } from './inventory.ts';
import { readOtherUses } from './other-users.ts';
import { type SourceUsage, usagesOfAll } from './usage-report.ts';
import { secretsAt, type Use, usesOf } from './user.ts';

async function readWorkloads(
  session: Session,
  namespace: string | undefined,
  onProgress: (count: number) => void,
): Promise<{ readonly workloads: readonly Workload[]; readonly refused: readonly string[] }> {
  const { client, signal } = session;
  let count = 0;
  const lists = await Promise.all(
    WORKLOAD_KINDS.map(async (kind) => {
      const read = () => listWorkloads(client, { kinds: [kind], namespace }, signal);
      const found = await unlessForbidden(session, read, undefined);
      // Without the custom resource, nobody has a right to it.
      if (!found) return { found: [], refused: kind.isCustom ? [] : [kind.resource] };
      count += found.length;
      onProgress(count);
      return { found, refused: [] };
    }),
  );
  return {
    workloads: lists.flatMap(({ found }) => found),
    refused: lists.flatMap(({ refused }) => refused),
  };
}

/** Who uses which source. */
export interface Usages {
  readonly usages: readonly SourceUsage[];
  /** The number of lockstep's copies, which are not among them. */
  readonly copies: number;
  readonly notes: readonly string[];
}

/**
 * Who uses which source, of a namespace or of all. It makes a list for each kind of object, however many there are, and
 * reads no value of a Secret.
 */
export async function readUsages(
  session: Session,
  namespace: string | undefined,
  onProgress: (count: number) => void,
): Promise<Usages> {
  const [{ policy }, { workloads, refused }, others, listed] = await Promise.all([
    session.policy(),
    readWorkloads(session, namespace, onProgress),
    readOtherUses(session, namespace),
    readInventory(session, namespace),
  ]);
  const ofWorkloads = workloads.flatMap((workload): readonly Use[] => {
    const by = nameOf(workload);
    const pulls = secretsAt(workload.template, workload.namespace, by, ['spec', 'imagePullSecrets']);
    return [...usesOf(allReferences(policy, workload) ?? [], workload.namespace, by), ...pulls];
  });
  const beyond = workloads.filter((workload) => allReferences(policy, workload) === undefined).map(nameOf);
  const unseen = [...(listed.configmap ? [] : ['configmaps']), ...(listed.secret ? [] : ['secrets'])];
  const copies = [...(listed.configmap ?? []), ...(listed.secret ?? [])].filter(({ isCopy }) => isCopy);
  return {
    usages: usagesOfAll([...ofWorkloads, ...others.uses], listed),
    copies: copies.length,
    notes: [
      ...(refused.length > 0
        ? [`you may not list ${refused.join(', ')}, so what they use is not known`]
        : []),
      ...others.notes,
      ...(unseen.length > 0
        ? [`you may not list ${unseen.join(', ')}, so it is not known which of them exist`]
        : []),
      ...beyond.map((name) => `${name} refers to more than lockstep looks at, so what it uses is not shown`),
    ],
  };
}
