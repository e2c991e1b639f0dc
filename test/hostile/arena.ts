import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { setUp } from '../../lab/lockstep/lockstep.ts';
import { configMap } from '../../lab/lockstep/manifests.ts';
import { type ReplicaProgram, type Replicas, startReplicas } from '../../lab/lockstep/replicas.ts';
import { copyName } from '../../src/copies/name.ts';
import { KEY_TEXT } from '../kit/secret-keys.ts';

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
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-hostile-'));
  const keyFile = join(folder, 'keys');
  await writeFile(keyFile, `${KEY_TEXT}\n`, { mode: 0o600 });
  const lockstep = await setUp(cluster, folder, { onlyApiServer });
  const values = {
    'webhook.timeoutSeconds': String(deadlineSeconds),
    'admissionPolicies.enabled': String(policies),
    'pin.enabled': 'true',
    'secrets.enabled': 'true',
    excludedNamespaces: `{${excluded.join(',')}}`,
  };
  await lockstep.apply(values);
  if (!policies) await lift(cluster);
  const flags = [
    ...['--excluded-namespaces', [...excluded, 'lockstep'].join()],
    ...['--secrets', 'on', '--secrets-key-file', keyFile, '--pin-grace', `${graceMs}ms`],
    ...['--deadline', `${deadlineSeconds * 1000 - 500}ms`, '--log-level', 'debug'],
  ];
  const { flags: more = [], ...main } = program(id);
  const flagged = { ...main, flags: [...flags, ...more] };
  const replicas = await startReplicas(lockstep, flagged);
  await lockstep.register(values);
  return {
    replicas,
    port: lockstep.port,
    renew: () => replicas.become(flagged),
    async close() {
      try {
        await lockstep.unregister();
      } finally {
        await replicas.stop();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
