import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { CONFIG_HASH, CONFIG_SOURCES, INJECT_LABEL } from '../../src/marks/names.ts';
import { MERGE_PATCH } from '../kit/caller.ts';
import { appObject, dbObject, webObject } from './bystander/manifests.ts';
import { INNOCENT } from './bystander/neighbourhood.ts';
import type { Spaces } from './spaces.ts';

/** Marks of a configuration that was edited since: a scale-up would roll the workload, if lockstep acted on it. */
const STALE = {
  [CONFIG_HASH]: `v1-${'0'.repeat(64)}`,
  [CONFIG_SOURCES]: JSON.stringify({ 'configmap/app': '0'.repeat(16) }),
};

/** Drifted Deployments and their sources, in each namespace that lockstep is kept out of. */
export interface Victims {
  /** Edits the sources, so that a scale-up of what lockstep acts on would roll it. */
  drift(): Promise<void>;
  close(): Promise<void>;
}

export async function plantVictims({ api }: ClusterClient, spaces: Spaces): Promise<Victims> {
  const disabled = spaces.homes('disabled');
  await spaces.give(disabled, { [INJECT_LABEL]: 'disabled' }, INNOCENT, 'edit');
  const web = webObject('web:1', 1);
  const template = { ...web.spec.template, metadata: { ...web.spec.template.metadata, annotations: STALE } };
  const objects = (namespace: string): readonly (readonly [string, object])[] => [
    [`/api/v1/namespaces/${namespace}/configmaps`, appObject(1)],
    [`/api/v1/namespaces/${namespace}/secrets`, dbObject(namespace, 1)],
    [`/apis/apps/v1/namespaces/${namespace}/deployments`, { ...web, spec: { ...web.spec, template } }],
  ];
  const namespaces = [disabled, 'kube-system', spaces.homes('excluded')];
  let edits = 1;
  for (const namespace of namespaces)
    for (const [path, body] of objects(namespace))
      await (await api.open(path, { method: 'POST', body })).dump();
  return {
    async drift() {
      edits += 1;
      const edit = {
        method: 'PATCH',
        body: { data: appObject(edits).data },
        contentType: MERGE_PATCH,
      } as const;
      const paths = namespaces.map((namespace) => `/api/v1/namespaces/${namespace}/configmaps/app`);
      // A tenant may have deleted one of them.
      await Promise.allSettled(paths.map(async (path) => (await api.open(path, edit)).dump()));
    },
    async close() {
      // The other namespaces are deleted as a whole.
      for (const [path, body] of objects('kube-system')) {
        const { name } = Object(Reflect.get(body, 'metadata'));
        await (await api.open(`${path}/${name}`, { method: 'DELETE' })).dump();
      }
    },
  };
}
