import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../../certs/issue.ts';
import { ApiError } from '../control-plane/api.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import { freePort } from '../control-plane/ports.ts';
import { clientFlags } from '../control-plane/webhook-client.ts';
import { applyChart, RELEASE, removeRegistration } from './chart.ts';
import { DEPLOYMENT, type Kind } from './kinds.ts';
import { configMap, web } from './manifests.ts';
import { untilInForce } from './policies.ts';
import { type Program, startProgram } from './program.ts';
import { type Sandbox, sandbox } from './sandbox.ts';

const NAMESPACE = RELEASE;

/** The name by which the API server knows lockstep as the server of an aggregated API. */
const SERVICE = `${RELEASE}.${NAMESPACE}.svc`;

/**
 * lockstep beside the cluster: its chart is installed, and its program runs under the chart's ServiceAccount.
 */
export interface Lockstep {
  readonly cluster: ClusterClient;
  readonly port: number;
  /** The folder for files of the program: certificates, keys. */
  readonly folder: string;
  program(): Program;
  /**
   * Registers the webhooks with changed values of the chart, and waits until the API server calls them.
   * @param probe a namespace to try this in. Default: a new one
   */
  register(values?: Readonly<Record<string, string>>, probe?: Sandbox): Promise<void>;
  /** Waits until the API server calls the webhooks that `apply` has registered with these values. */
  untilRegistered(values?: Readonly<Record<string, string>>, probe?: Sandbox): Promise<void>;
  /** Registers the webhooks without waiting, for cases in which nothing answers, or not as it should. */
  apply(values?: Readonly<Record<string, string>>): Promise<void>;
  unregister(): Promise<void>;
  /** @param main the program; see `startProgram` */
  start(flags?: readonly string[], main?: string): Promise<Program>;
  restart(flags?: readonly string[], main?: string): Promise<Program>;
  /** The flags of a replica that listens on this port, with a new token of the ServiceAccount. */
  programFlags(port: number): Promise<readonly string[]>;
  /** Replaces the certificate by a new one of the same authority. Resolves with the new one, PEM. */
  renewCertificate(): Promise<string>;
  /** @param kind of the workloads in it. Default: Deployment */
  sandbox(labels?: Readonly<Record<string, string>>, kind?: Kind): Promise<Sandbox>;
}

/** Where lockstep writes its mark, also in a cluster in which it only observes. */
const PROBED = { 'lockstep.dev/mode': 'enforce' };

async function ensureNamespace({ api }: ClusterClient): Promise<void> {
  const body = { metadata: { name: NAMESPACE } };
  try {
    await (await api.open('/api/v1/namespaces', { method: 'POST', body })).dump();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}

/**
 * Waits until the API server's webhook informer is up to date: a dry run of a create returns with lockstep's
 * mark.
 */
export async function untilCalled(
  { api }: Pick<ClusterClient, 'api'>,
  { namespace }: Pick<Sandbox, 'namespace'>,
): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
  await eventually(
    async () => {
      const answer = await api.open(path, { method: 'POST', body: web() });
      return (await answer.text()).includes('lockstep.dev/config-hash');
    },
    { what: 'the API server calling the webhook' },
  );
}

export interface SetUpOptions {
  /**
   * Whether lockstep asks for client certificates, and answers only the API server.
   * Default: it answers everybody, so that a test can call it directly.
   */
  readonly onlyApiServer?: boolean | undefined;
  /**
   * Whether commands are sent as requests, also those of Deployments: a process of kubectl costs a hundred times as much.
   * Default: they are. Files that show that lockstep goes with kubectl itself run it for Deployments.
   */
  readonly sent?: boolean | undefined;
}

/**
 * Prepares lockstep beside a cluster, with its certificates and kubeconfig in `folder`. It neither registers
 * nor starts it.
 */
export async function setUp(
  cluster: ClusterClient,
  folder: string,
  { onlyApiServer = false, sent = true }: SetUpOptions = {},
): Promise<Lockstep> {
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const notAfter = new Date(Date.now() + 86_400_000);
  const { ca, issue } = await createAuthority(notAfter);
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  await writeFile(join(folder, 'ca.crt'), ca);
  const renewCertificate: Lockstep['renewCertificate'] = async () => {
    const { cert, key } = await issue({ names: ['localhost', SERVICE], addresses: ['127.0.0.1'], notAfter });
    await writeFile(certFile, cert);
    await writeFile(keyFile, key, { mode: 0o600 });
    return cert;
  };
  await renewCertificate();
  const base = {
    'webhook.url': url,
    'webhook.caBundle': Buffer.from(ca).toString('base64'),
    // Tests make objects that look like copies, to see what lockstep itself makes of them.
    'admissionPolicies.exemptUsers': '{admin}',
  };
  let running: Program | undefined;
  await ensureNamespace(cluster);

  const apply: Lockstep['apply'] = (values = {}) => applyChart(cluster, { ...base, ...values });
  const programFlags: Lockstep['programFlags'] = async (ownPort) => {
    const kubeconfig = await cluster.kubeconfigFor({ namespace: NAMESPACE, name: 'lockstep' });
    const files = { 'tls-cert-file': certFile, 'tls-private-key-file': keyFile, kubeconfig };
    // As the chart sets it.
    const scope = { 'excluded-namespaces': `kube-system,${NAMESPACE}` };
    const flags = { port: String(ownPort), ...files, ...scope, 'log-level': 'debug' };
    const clients = onlyApiServer ? clientFlags(cluster.dir) : [];
    return [...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]), ...clients];
  };
  const start: Lockstep['start'] = async (flags = [], main = undefined) => {
    await running?.stop('SIGKILL');
    running = await startProgram([...(await programFlags(port)), ...flags], main);
    return running;
  };
  const untilRegistered: Lockstep['untilRegistered'] = async (values = {}, given = undefined) => {
    const probe = given ?? (await sandbox(cluster, PROBED, DEPLOYMENT, true));
    await probe.apply(configMap({ a: '1' }));
    await Promise.all([untilCalled(cluster, probe), untilInForce(cluster, probe, values)]);
  };
  return {
    cluster,
    port,
    folder,
    program() {
      if (!running) throw new Error('lockstep has not been started');
      return running;
    },
    apply,
    start,
    programFlags,
    async register(values = {}, given = undefined) {
      await apply(values);
      await untilRegistered(values, given);
    },
    untilRegistered,
    unregister: () => removeRegistration(cluster),
    async restart(flags = [], main = undefined) {
      await running?.stop();
      return start(flags, main);
    },
    renewCertificate,
    sandbox: (labels, kind) => sandbox(cluster, labels, kind, sent || undefined),
  };
}
