import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { clientFlags } from '../../lab/control-plane/webhook-client.ts';
import { type Forwarder, forward } from '../../lab/lockstep/forwarder.ts';
import { type Lockstep, setUp } from '../../lab/lockstep/lockstep.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import { useCluster } from '../kit/use-cluster.ts';

const SECRET = 'lockstep-certificates';
const REGISTRATION = 'lockstep';
const REGISTRATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

const isRegistration = Compile(
  Type.Object({
    webhooks: Type.Array(
      Type.Object({
        name: Type.String(),
        clientConfig: Type.Object({ caBundle: Type.Optional(Type.String()) }),
      }),
    ),
  }),
);
const isSecret = Compile(Type.Object({ data: Type.Optional(Type.Record(Type.String(), Type.String())) }));

/** Replicas of lockstep that manage their certificates themselves, behind the registered port. */
export interface SelfManaged {
  readonly lockstep: Lockstep;
  /**
   * Registers lockstep without a caBundle. The API server refuses a call if lockstep cannot be called, or is not
   * trusted: nothing fails in silence.
   */
  register(): Promise<void>;
  readonly replicas: readonly Program[];
  /** The ports of the replicas that receive calls: the running ones, without one that is being stopped. */
  ports(): readonly number[];
  /**
   * Starts one more replica. Resolves when it listens.
   * @param main the program; see `startProgram`
   */
  startReplica(flags?: readonly string[], main?: string): Promise<Program>;
  /** Sends no more calls to it, and then the signal. Resolves when it has ended. */
  stopReplica(replica: Program, signal: NodeJS.Signals): Promise<void>;
  /** The registered caBundles of all webhooks, PEM. Empty if there is none. */
  caBundles(): Promise<readonly string[]>;
  /** The Secret's entries, as text. */
  secret(): Promise<Readonly<Record<string, string>>>;
  /** Removes the Secret's content, as a user does that recreates it. */
  emptySecret(): Promise<void>;
  /** Sets entries of the Secret, in base64, and removes those that are null. */
  patchSecret(data: Readonly<Record<string, string | null | undefined>> | null): Promise<void>;
  emptyCaBundles(): Promise<void>;
  /** How often all running replicas took a step. */
  steps(step: string): Promise<number>;
  /** Stops all replicas, and removes the registration and the Secret. */
  stop(): Promise<void>;
}

const text = (base64 = '') => Buffer.from(base64, 'base64').toString('utf8');

/** The HTTP status at which a replica's admin port says whether it is ready. */
export const readyStatus = async (adminPort: number): Promise<number> =>
  (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status;

export const untilReady = ({ adminPort }: Pick<Program, 'adminPort'>): Promise<boolean> =>
  eventually(async () => (await readyStatus(adminPort)) === 200, { what: 'a replica that is ready' });

/** Installs lockstep with the chart, which creates the Secret, empty, and registers it. No replica runs yet. */
export async function selfManagedReplicas(lifetimes: readonly string[]): Promise<SelfManaged> {
  const cluster = useCluster();
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  const lockstep = await setUp(cluster, folder);
  const url = `https://localhost:${lockstep.port}`;
  const register = () => lockstep.apply({ 'webhook.url': url, 'webhook.caBundle': '', onError: 'deny' });
  await register();
  const running: { program: Program; open: boolean }[] = [];
  const targets = () => running.map(({ program, open }) => ({ port: program.port, open }));
  const forwarder: Forwarder = await forward(lockstep.port, targets);
  const patch = (args: readonly string[], type: string, body: unknown) =>
    cluster.kubectlOk(['patch', ...args, `--type=${type}`, '--patch', JSON.stringify(body)]);
  const inNamespace = ['secret', SECRET, '--namespace=lockstep'];

  const patchSecret: SelfManaged['patchSecret'] = async (data) =>
    void (await patch(inNamespace, 'merge', { data }));

  async function webhooks() {
    const object = await cluster.api.get(`${REGISTRATIONS}/${REGISTRATION}`);
    if (!isRegistration.Check(object)) throw new Error('no registration');
    return object.webhooks;
  }
  return {
    lockstep,
    register,
    get replicas() {
      return running.map(({ program }) => program);
    },
    ports: () => targets().flatMap(({ port, open }) => (open ? [port] : [])),
    async startReplica(flags = [], main = undefined) {
      const kubeconfig = await cluster.kubeconfigFor({ namespace: 'lockstep', name: 'lockstep' });
      const certificates = [
        ['certificates', 'self-managed'],
        ['certificate-secret', `lockstep/${SECRET}`],
        ['certificate-names', 'localhost'],
        ['webhook-configuration', REGISTRATION],
        ['port', String(await freePort())],
        ['kubeconfig', kubeconfig],
      ].flatMap(([flag, value]) => [`--${flag}`, value ?? '']);
      // With the check of clients, which renewed certificates must go on with.
      const all = [...certificates, ...lifetimes, ...clientFlags(cluster.dir), ...flags];
      const program = await startProgram(all, main);
      running.push({ program, open: true });
      return program;
    },
    async stopReplica(replica, signal) {
      const slot = running.find(({ program }) => program === replica);
      if (!slot) return;
      slot.open = false;
      await replica.stop(signal);
      running.splice(running.indexOf(slot), 1);
    },
    caBundles: async () => (await webhooks()).map(({ clientConfig }) => text(clientConfig.caBundle)),
    async secret() {
      const object = await cluster.api.get(`/api/v1/namespaces/lockstep/secrets/${SECRET}`);
      const data = isSecret.Check(object) ? (object.data ?? {}) : {};
      return Object.fromEntries(Object.entries(data).map(([entry, value]) => [entry, text(value)]));
    },
    emptySecret: () => patchSecret(null),
    patchSecret,
    async emptyCaBundles() {
      const emptied = (await webhooks()).map(({ name }) => ({ name, clientConfig: { caBundle: null } }));
      await patch(['mutatingwebhookconfiguration', REGISTRATION], 'strategic', { webhooks: emptied });
    },
    async steps(step) {
      const counts = await Promise.all(
        running.map(({ program }) => program.metric('lockstep_certificate_steps_total', { step })),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      await Promise.all(running.map(({ program }) => program.stop('SIGKILL')));
      await forwarder.close();
      await lockstep.unregister();
      await cluster.kubectlOk(['delete', ...inNamespace]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The result for a client that trusts these authorities: `ok`, or why it does not accept the certificate. */
export function handshake(port: number, ca: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca }, () => {
    resolve('ok');
    socket.destroy();
  });
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  return promise;
}
