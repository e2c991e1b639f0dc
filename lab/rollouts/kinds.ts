import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import { readRolloutsManifests } from './module.ts';

/** The name of the controller's namespace and ServiceAccount, as its own manifests have it. */
export const NAME = 'argo-rollouts';

const GROUP = 'argoproj.io';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** The other kinds that the controller watches, and will not start without. No test has one of them. */
const OTHERS = [
  { plural: 'experiments', kind: 'Experiment', scope: 'Namespaced' },
  { plural: 'analysisruns', kind: 'AnalysisRun', scope: 'Namespaced' },
  { plural: 'analysistemplates', kind: 'AnalysisTemplate', scope: 'Namespaced' },
  { plural: 'clusteranalysistemplates', kind: 'ClusterAnalysisTemplate', scope: 'Cluster' },
];

/** Without the schema: each of the real ones has 600 KB, which costs the API server a second of a core. */
const anyContent = ({ plural, kind, scope }: (typeof OTHERS)[number]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope,
    names: { plural, kind },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

const binding = {
  metadata: { name: NAME },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
  subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAME }],
};

/**
 * Installs the kinds of Argo Rollouts, and the account and the rights of its controller. Resolves when the API server
 * serves the kinds.
 * @throws Error if there is no Go, whose module cache has the manifests
 */
export async function installRolloutKinds({ api }: Pick<ClusterClient, 'api'>): Promise<void> {
  const { customResource, clusterRole } = await readRolloutsManifests();
  const post = async (path: string, body: unknown) => (await api.open(path, { method: 'POST', body })).dump();
  await Promise.all([customResource, ...OTHERS.map(anyContent)].map((each) => post(CRDS, each)));
  await post('/api/v1/namespaces', { metadata: { name: NAME } });
  await post(`/api/v1/namespaces/${NAME}/serviceaccounts`, { metadata: { name: NAME } });
  await post(`${RBAC}/clusterroles`, clusterRole);
  await post(`${RBAC}/clusterrolebindings`, binding);
  const served = ['rollouts', ...OTHERS.map(({ plural }) => plural)];
  for (const each of served)
    await eventually(() => api.get(`/apis/${GROUP}/v1alpha1/${each}`), { what: `${each} being served` });
}

/** Takes out what `installRolloutKinds` has installed, with all Rollouts. */
export async function removeRolloutKinds({ api }: Pick<ClusterClient, 'api'>): Promise<void> {
  const remove = async (path: string) => (await api.open(path, { method: 'DELETE' })).dump();
  const plurals = ['rollouts', ...OTHERS.map(({ plural }) => plural)];
  await Promise.all(plurals.map((plural) => remove(`${CRDS}/${plural}.${GROUP}`)));
  await remove(`${RBAC}/clusterrolebindings/${NAME}`);
  await remove(`${RBAC}/clusterroles/${NAME}`);
  await remove(`/api/v1/namespaces/${NAME}`);
}
