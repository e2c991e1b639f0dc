import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { messageOf } from '../errors.ts';
import { type Kubeconfig, takePlugin } from './credentials.ts';
import { kubeconfigError } from './errors.ts';
import { type ImpersonationFlags, impersonationOf } from './impersonation.ts';
import { findEntry, kubeconfigFiles } from './kubeconfig-files.ts';
import { proxyFor, toProxyUrl } from './proxy.ts';

/** What a person says of the connection on the command line. It goes before the kubeconfig. */
export interface ConnectionFlags extends ImpersonationFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly tlsServerName?: string | undefined;
}

/** A way to a cluster, as kubectl would take it. */
export interface Connected {
  readonly kubeconfig: Kubeconfig;
  /** The namespace of the flags, or of the context. */
  readonly namespace: string;
}

/** The entry of a list with this name, with other fields. */
const withFields = <T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  fields: Partial<T>,
): T[] => list.map((each) => (each.name === name ? { ...each, ...fields } : each));

const defined = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

function clusterFields(flags: ConnectionFlags): Partial<Cluster> {
  const { server, certificateAuthority: caFile, insecureSkipTlsVerify: skipTLSVerify, tlsServerName } = flags;
  // A file and data of the kubeconfig would contradict each other. client-node takes the data.
  const caData = caFile === undefined && skipTLSVerify === undefined ? {} : { caData: undefined };
  return { ...caData, ...defined({ server, caFile, skipTLSVerify, tlsServerName }) } as Partial<Cluster>;
}

function userFields({
  token,
  clientCertificate: certFile,
  clientKey: keyFile,
}: ConnectionFlags): Partial<User> {
  const certData = certFile === undefined ? {} : { certData: undefined };
  const keyData = keyFile === undefined ? {} : { keyData: undefined };
  const others =
    token === undefined ? {} : { authProvider: undefined, username: undefined, password: undefined };
  return { ...certData, ...keyData, ...others, ...defined({ token, certFile, keyFile }) } as Partial<User>;
}

/** The names that flags and kubeconfig lead to, as a context of its own. */
function chooseContext(config: KubeConfig, flags: ConnectionFlags): string | undefined {
  const name = flags.context ?? config.getCurrentContext();
  const context = config.getContextObject(name);
  if (flags.context !== undefined && !context) throw new Error(`it has no context "${flags.context}"`);
  const cluster = flags.cluster ?? context?.cluster ?? config.clusters[0]?.name ?? 'flags';
  const user = flags.user ?? context?.user ?? 'flags';
  if (flags.cluster !== undefined && !config.getCluster(cluster))
    throw new Error(`it has no cluster "${cluster}"`);
  if (flags.user !== undefined && !config.getUser(user)) throw new Error(`it has no user "${user}"`);
  // With --server alone, no kubeconfig is needed.
  if (!config.getCluster(cluster) && flags.server !== undefined)
    config.clusters = [...config.clusters, { name: cluster, server: flags.server, skipTLSVerify: false }];
  if (!config.getUser(user)) config.users = [...config.users, { name: user }];
  config.clusters = withFields(config.clusters, cluster, clusterFields(flags));
  config.users = withFields(config.users, user, userFields(flags));
  config.contexts = [...config.contexts, { name: '', cluster, user }];
  config.setCurrentContext('');
  return context?.namespace;
}

/** Adds the entries of a further file. Of several with one name, the first counts, as in kubectl. */
function mergeFile(config: KubeConfig, file: string): void {
  const other = new KubeConfig();
  other.loadFromFile(file);
  const added = <T extends { readonly name: string }>(here: readonly T[], there: readonly T[]): T[] => [
    ...here,
    ...there.filter(({ name }) => !here.some((each) => each.name === name)),
  ];
  config.clusters = added(config.clusters, other.clusters);
  config.users = added(config.users, other.users);
  config.contexts = added(config.contexts, other.contexts);
  if (!config.getCurrentContext()) config.setCurrentContext(other.getCurrentContext());
}

/** In a Pod, its ServiceAccount counts only if there is no kubeconfig. */
function load(config: KubeConfig, flags: ConnectionFlags, env: NodeJS.ProcessEnv): readonly string[] {
  const outside = { ...env, KUBERNETES_SERVICE_HOST: '' };
  const files = kubeconfigFiles(flags.kubeconfig, outside).filter(
    (file) => flags.kubeconfig !== undefined || existsSync(file),
  );
  const [first, ...others] = files;
  if (first !== undefined) {
    config.loadFromFile(first);
    for (const file of others) mergeFile(config, file);
  } else if (env['KUBERNETES_SERVICE_HOST']) config.loadFromCluster();
  else if (flags.server === undefined)
    throw new Error(`neither KUBECONFIG nor ${join(homedir(), '.kube', 'config')} names a file that exists`);
  return files;
}

/** The namespace of the Pod that this runs in. */
function namespaceOfPod(env: NodeJS.ProcessEnv): string | undefined {
  const file = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
  return env['KUBERNETES_SERVICE_HOST'] && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * Finds the way to a cluster, as kubectl does: flags, then the kubeconfig, then the Pod's ServiceAccount.
 * @throws LockstepError KUBECONFIG_INVALID
 */
export function connect(flags: ConnectionFlags, env: NodeJS.ProcessEnv): Connected {
  const config = new KubeConfig();
  try {
    const files = load(config, flags, env);
    const namespace = chooseContext(config, flags);
    const cluster = config.getCurrentCluster();
    if (!cluster?.server) throw new Error('its current context names no cluster');
    const proxy = cluster.proxyUrl ? toProxyUrl(cluster.proxyUrl) : proxyFor(cluster.server, env);
    const entry = findEntry(files, 'users', config.getCurrentUser()?.name)?.user;
    const plugin = flags.token === undefined ? takePlugin(config, files) : undefined;
    const impersonation = impersonationOf(flags, entry);
    // client-node would add the user of the kubeconfig, and not its groups.
    config.users = config.users.map(({ impersonateUser: _, ...each }) => each);
    return {
      kubeconfig: { config, proxy, plugin, impersonation },
      namespace: flags.namespace ?? namespace ?? namespaceOfPod(env) ?? 'default',
    };
  } catch (cause) {
    const where = flags.kubeconfig ?? env['KUBECONFIG'] ?? 'the kubeconfig';
    const message = `cannot use ${where}: ${messageOf(cause).split('\n', 1)[0]}.`;
    throw kubeconfigError(`${message} Name one with --kubeconfig, and a context with --context.`, cause);
  }
}
