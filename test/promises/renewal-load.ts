import { setTimeout as sleep } from 'node:timers/promises';
import { openApi } from '../../lab/control-plane/api.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { handshake, type SelfManaged } from './self-managed.ts';

/**
 * The time between two calls, and between two rounds of handshakes: some dozens a second, and time for the
 * servers.
 */
const PACE_MS = 20;

/** The load during the renewal of certificates. */
export interface RenewalLoad {
  /** The failures, in words. */
  readonly failures: readonly string[];
  calls(): number;
  handshakes(): number;
  stop(): Promise<void>;
}

/**
 * Calls through the API server, and handshakes under the present caBundle with each replica that accepts
 * calls, until stopped.
 */
export function underLoad(cluster: ClusterClient, namespace: string, managed: SelfManaged): RenewalLoad {
  const api = openApi(cluster);
  const failures: string[] = [];
  let going = true;
  let [calls, handshakes] = [0, 0];
  const loop = async (work: () => Promise<void>) => {
    while (going) {
      await work();
      await sleep(PACE_MS);
    }
  };
  const call = async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
    const failed = await api.open(path, { method: 'POST', body: web() }).then(
      async (body) => ((await body.text()).includes('config-hash') ? undefined : 'not marked'),
      (error: Error) => error.message,
    );
    calls += 1;
    if (failed !== undefined) failures.push(`call: ${failed}`);
  };
  const shake = async () => {
    const [ca = ''] = await managed.caBundles();
    for (const port of managed.ports()) {
      const outcome = await handshake(port, ca);
      handshakes += 1;
      if (outcome !== 'ok') failures.push(`handshake: ${outcome}`);
    }
  };
  const loops = [loop(call), loop(call), loop(shake)];
  return {
    failures,
    calls: () => calls,
    handshakes: () => handshakes,
    async stop() {
      going = false;
      await Promise.all(loops);
      await api.close();
    },
  };
}
