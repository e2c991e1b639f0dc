import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { codeOf, LockstepError, messageOf } from '../errors.ts';
import type { ClusterClock } from './clock.ts';
import { kubeconfigError } from './errors.ts';
import { type ExecPlugin, execPlugin } from './exec-plugin.ts';
import { findEntry, kubeconfigFiles } from './kubeconfig-files.ts';
import { proxyFor, toProxyUrl } from './proxy.ts';
import { addTokenFile, tokenFromFile } from './token-file.ts';

/** How lockstep reaches the API server and identifies itself there. */
export interface Credentials {
  /**
   * Without a trailing slash: `https://10.96.0.1:443`, or with a path if the API server stands behind one.
   */
  readonly server: string;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  /** A header with several values is sent once for each. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** URL of the proxy: http, https or socks5. */
  readonly proxy: string | undefined;
}

/** A kubeconfig, with the parts that client-node does not know. */
export interface Kubeconfig {
  readonly config: KubeConfig;
  readonly plugin: ExecPlugin | undefined;
  readonly proxy: string | undefined;
  /** Headers that say whom to impersonate. */
  readonly impersonation?: Readonly<Record<string, string | string[]>>;
}

export interface CredentialSource {
  /**
   * Returns the same object as before if nothing has changed, so that connections can be kept.
   * @throws LockstepError KUBECONFIG_INVALID if no credentials could be read yet
   */
  current(): Promise<Credentials>;
  /**
   * Drops what was read, because the API server has just rejected it. Calls that carried the same credentials
   * may be rejected later than that. They get the ones that were read meanwhile.
   */
  refresh(rejected: Credentials): void;
}

/** The rest of a YAML parser's message quotes the file, with its tokens. */
const firstLine = (cause: unknown) => messageOf(cause).split('\n', 1)[0];

/**
 * Takes the exec plugin out of the kubeconfig. client-node would run it
 * without its KUBERNETES_EXEC_INFO, and keep its answer until that expires.
 */
export function takePlugin(config: KubeConfig, files: readonly string[]): ExecPlugin | undefined {
  const user = findEntry(files, 'users', config.getCurrentUser()?.name);
  if (user === undefined) return undefined;
  addTokenFile(config, user);
  const plugin = execPlugin(user, findEntry(files, 'clusters', config.getCurrentCluster()?.name));
  if (plugin)
    config.users = config.users.map(({ exec, ...each }) =>
      each.name === user.name ? each : { ...each, exec },
    );
  return plugin;
}

/**
 * Loads the kubeconfig. That is the named file, else the Pod's
 * ServiceAccount, else kubectl's own choice (`KUBECONFIG`, `~/.kube/config`).
 * @throws LockstepError KUBECONFIG_INVALID
 */
export function loadKubeConfig(path: string | undefined, env: NodeJS.ProcessEnv): Kubeconfig {
  const config = new KubeConfig();
  try {
    if (path !== undefined) config.loadFromFile(path);
    else if (env['KUBERNETES_SERVICE_HOST']) config.loadFromCluster();
    else config.loadFromDefault();
    const cluster = config.getCurrentCluster();
    if (!cluster?.server) throw new Error('its current context names no cluster');
    const { proxyUrl, server } = cluster;
    const proxy = proxyUrl ? toProxyUrl(proxyUrl) : proxyFor(server, env);
    return { config, proxy, plugin: takePlugin(config, kubeconfigFiles(path, env)) };
  } catch (cause) {
    const where = path ?? env['KUBECONFIG'] ?? 'the default kubeconfig';
    const what = `cannot use ${where}: ${firstLine(cause)}`;
    const message = `${what}. Name a kubeconfig file with a current context.`;
    throw kubeconfigError(message, cause, 'kubeconfig');
  }
}

/**
 * How long credentials are used before they are read again. The kubelet replaces a
 * ServiceAccount token after 80 % of its life (an hour, by default). Reading it each
 * minute leaves more than ten minutes to spare. A 401 makes lockstep read it at once.
 */
const READ_AGAIN_AFTER_MS = 60_000;

async function readCredentials(
  { config, plugin, proxy, impersonation }: Kubeconfig,
  nowMs: number,
): Promise<Credentials> {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  await config.applyToHTTPSOptions(options);
  const credential = await plugin?.current(nowMs);
  const token = credential?.token ?? (await tokenFromFile(config));
  const { ca, rejectUnauthorized, servername } = options;
  const { cert, key } = credential?.pair ?? options;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  Object.assign(headers, impersonation);
  return { server: (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, ''), tls, headers, proxy };
}

/**
 * The credentials of a kubeconfig, read again from time to
 * time, because tokens and certificates in files change.
 * @param clock tells when a credential has expired
 */
export function credentialSource(
  kubeconfig: Kubeconfig,
  clock: Pick<ClusterClock, 'now'> = Date,
): CredentialSource {
  const { plugin } = kubeconfig;
  let current: Credentials | undefined;
  let reading: Promise<Credentials> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  async function refreshCurrent(): Promise<Credentials> {
    try {
      const fresh = await readCredentials(kubeconfig, clock.now());
      if (!current || !isDeepStrictEqual(current, fresh)) current = fresh;
      return current;
    } catch (cause) {
      // A file may be missing or half written for a moment.
      // The credentials read before may well be good for long.
      if (current) return current;
      if (cause instanceof LockstepError) throw cause;
      const message = `lockstep’s credentials cannot be read (${codeOf(cause)})`;
      throw kubeconfigError(message, cause);
    } finally {
      readAt = performance.now();
      reading = undefined;
    }
  }
  return {
    async current() {
      const isFresh = performance.now() - readAt < READ_AGAIN_AFTER_MS && !plugin?.isDue(clock.now());
      if (current && isFresh) return current;
      reading ??= refreshCurrent();
      return reading;
    },
    refresh(rejected) {
      if (rejected !== current) return;
      plugin?.forget();
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
