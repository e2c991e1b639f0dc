import { readMeta } from '../../cluster/meta-reads.ts';
import { pathOf } from '../../cluster/object-reads.ts';
import { SOURCE_RESOURCES } from '../../cluster/source-kinds.ts';
import { copyName } from '../../copies/name.ts';
import { namedCopies } from '../../copies/pins.ts';
import { marksOf } from '../../marks/marks.ts';
import { nameOf, type Workload } from '../../workloads/workload.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';
import { type Finding, ok, problem, unknown } from './finding.ts';

/** Whether the copies exist that its pods read. A copy of a Secret is a Secret, so only metadata is read. */
export async function copyFindings(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  workload: Workload,
): Promise<Finding[]> {
  const { namespace } = workload;
  return Promise.all(
    namedCopies(marksOf(workload)).map(async ({ kind, name, shortDigest }) => {
      const check = `the copy of ${kind}/${name} exists`;
      if (shortDigest === undefined) return unknown(check, 'its record does not say which one it is');
      const copy = copyName(name, shortDigest);
      const path = pathOf(namespace, kind, copy);
      const read = () => readMeta(client, SOURCE_RESOURCES[kind].resource, path, signal);
      const found = await unlessForbidden({ signal }, read, 'forbidden');
      if (found === 'forbidden') return unknown(check, 'you may not read it');
      if (found) return ok(check, copy);
      const mend = `kubectl --namespace ${namespace} rollout restart ${nameOf(workload)}`;
      return problem(check, `${kind}/${copy} is gone, so new pods cannot read it`, mend);
    }),
  );
}
