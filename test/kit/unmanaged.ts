import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/** Labels of a namespace that lockstep does not manage yet. */
export const UNMANAGED = { 'lockstep.dev/inject': 'disabled' };

/** From now on lockstep manages the namespace, as after an installation. */
export async function manage({ cluster: { api } }: Lockstep, { namespace, kind }: Sandbox): Promise<void> {
  const labels = { 'lockstep.dev/inject': null };
  await (
    await api.open(`/api/v1/namespaces/${namespace}`, {
      method: 'PATCH',
      body: { metadata: { labels } },
      contentType: 'application/merge-patch+json',
    })
  ).dump();
  // The API server's own view of namespaces may lag.
  const path = `/apis/apps/v1/namespaces/${namespace}/${kind.resource}?dryRun=All`;
  const probe = { ...kind.web({ labels: { probe: '1' } }), metadata: { name: 'probe' } };
  await eventually(
    async () =>
      (await (await api.open(path, { method: 'POST', body: probe })).text()).includes('config-hash'),
    { what: 'the webhook being called' },
  );
}
