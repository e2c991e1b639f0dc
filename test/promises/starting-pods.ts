import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { namesIn } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

const asPods = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        spec: Type.Object({ schedulingGates: Type.Optional(Type.Array(Type.Unknown())) }),
      }),
    ),
  }),
);
const asConfigMaps = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        metadata: Type.Object({ name: Type.String() }),
        data: Type.Optional(Type.Record(Type.String(), Type.String())),
      }),
    ),
  }),
);

/** With this, a pod does not start before `startGoodPods` has looked at what it reads. */
export const CHECKED = { schedulingGates: [{ name: 'lockstep-test/good-configuration' }] };

/** A value with which such a pod does not get ready. */
export const BAD = 'bad';

const EVERY_MS = 100;

async function startOnce({ api }: Pick<ClusterClient, 'api'>, box: Sandbox): Promise<void> {
  const pods = asPods.Parse(await box.read('pods')).items.filter(({ spec }) => spec.schedulingGates);
  if (pods.length === 0) return;
  const maps = asConfigMaps.Parse(await box.read('configmaps')).items;
  const bad = maps.filter(({ data }) => Object.values(data ?? {}).includes(BAD));
  const isBad = (name: string) => bad.some(({ metadata }) => metadata.name === name);
  for (const { metadata, spec } of pods) {
    if (namesIn(spec).some(isBad)) continue;
    const path = `/api/v1/namespaces/${box.namespace}/pods/${metadata.name}`;
    const body = { spec: { schedulingGates: null } };
    const contentType = 'application/merge-patch+json';
    await (await api.open(path, { method: 'PATCH', body, contentType })).dump();
  }
}

/**
 * Lets pods start that read good ConfigMaps, until the function that it returns is called. A pod that reads a bad one does not get ready before
 * it is edited, as one whose container crashes and starts again.
 */
export function startGoodPods(cluster: Pick<ClusterClient, 'api'>, box: Sandbox): () => Promise<void> {
  const over = new AbortController();
  const loop = (async () => {
    while (!over.signal.aborted) {
      // A pod may be deleted meanwhile.
      await startOnce(cluster, box).catch(() => undefined);
      await sleep(EVERY_MS);
    }
  })();
  return async () => {
    over.abort();
    await loop;
  };
}
