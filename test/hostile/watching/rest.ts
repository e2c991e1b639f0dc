import type { ClusterClient } from '../../../lab/control-plane/client.ts';
import { untilRolledOut } from '../../../lab/control-plane/conditions.ts';
import { messageOf } from '../../../src/errors.ts';
import type { Fault } from '../checker/fault.ts';

/** Waits until the Deployment of each namespace has rolled out. */
export async function untilResting(
  cluster: ClusterClient,
  namespaces: readonly string[],
  timeoutMs: number,
  onFault: (fault: Fault) => void,
): Promise<void> {
  await Promise.all(
    namespaces.map((namespace) =>
      untilRolledOut(cluster, namespace, 'web', timeoutMs).catch((error: unknown) =>
        onFault({ rule: 'Comes to rest', message: `deployment/web in ${namespace}: ${messageOf(error)}` }),
      ),
    ),
  );
}
