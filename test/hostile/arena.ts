import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import type { ReplicaProgram, Replicas } from '../../lab/lockstep/replicas.ts';
import { copyName } from '../../src/copies/name.ts';
import { installReplicas } from '../kit/installed-replicas.ts';

/** Two replicas of lockstep, installed as their users have them: pin on, Secrets on. */
export interface Installed {
  readonly replicas: Replicas;
  readonly port: number;
  /** Starts both replicas anew. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Removes the policies that an earlier installation may have left, and waits until they are not in force. */
async function lift(cluster: ClusterClient): Promise<void> {
  const bindings = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';
  await cluster.kubectlOk(['delete', bindings, '--selector=app.kubernetes.io/name=lockstep']);
  const body = configMap({}, copyName('app', '0123456789abcdef'));
  const path = '/api/v1/namespaces/default/configmaps?dryRun=All';
  const what = 'the end of the policies';
  await eventually(
    async () => (await cluster.api.open(path, { method: 'POST', body, as: 'somebody' })).dump(),
    { what },
  );
}

export interface InstallOptions {
  /** The webhook's timeout. lockstep gives up half a second earlier. */
  readonly deadlineSeconds: number;
  /** How long a copy that nothing uses stays. Sweeps come four times as often, and the second one deletes. */
  readonly graceMs: number;
  /** The chart's ValidatingAdmissionPolicies are in force. Without them, lockstep is alone with its attackers. */
  readonly policies: boolean;
  /** lockstep asks for client certificates, and only the API server has one. */
  readonly onlyApiServer: boolean;
  /** The program that the replicas run, by the id of the run. Default: lockstep. */
  readonly program?: (id: string) => ReplicaProgram;
}

export async function install(
  cluster: ClusterClient,
  { deadlineSeconds, graceMs, policies, onlyApiServer, program = () => ({}) }: InstallOptions,
  id: string,
  excluded: readonly string[],
): Promise<Installed> {
  const values = {
    'webhook.timeoutSeconds': String(deadlineSeconds),
    'admissionPolicies.enabled': String(policies),
    'pin.enabled': 'true',
    'secrets.enabled': 'true',
    excludedNamespaces: `{${excluded.join(',')}}`,
  };
  const flags = [
    ...['--excluded-namespaces', [...excluded, 'lockstep'].join()],
    ...['--pin-grace', `${graceMs}ms`, '--deadline', `${deadlineSeconds * 1000 - 500}ms`],
    ...['--log-level', 'debug'],
  ];
  const { flags: more = [], ...main } = program(id);
  if (!policies) await lift(cluster);
  const { lockstep, replicas, close } = await installReplicas(cluster, {
    values,
    onlyApiServer,
    secrets: true,
    program: { ...main, flags: [...flags, ...more] },
  });
  return { replicas, port: lockstep.port, renew: () => replicas.become(), close };
}
