import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { codeOf, LockstepError, messageOf } from '../errors.ts';
import { kubeconfigError } from './errors.ts';
import { type ExecPlugin, execPlugin } from './exec-plugin.ts';
import { findEntry, kubeconfigFiles } from './kubeconfig-files.ts';
import { checkedProxy, proxyFor } from './proxy.ts';
import { adoptTokenFile, tokenFromFile } from './token-file.ts';

/** How to reach the API server and who we are there. */
export interface Credentials {
  /**
   * Without a trailing slash: `https://10.96.0.1:443`, with a path where the API server stands behind one.
   */
  readonly server: string;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
  /** URL of the proxy to go through: http, https or socks5. */
  readonly proxy: string | undefined;
}

/** A kubeconfig, with what client-node does not know of it. */
export interface Kubeconfig {
  readonly config: KubeConfig;
  readonly plugin: ExecPlugin | undefined;
  readonly proxy: string | undefined;
}

export interface CredentialSource {
  /**
   * The same object as before for as long as nothing changed, so that connections can be kept.
   * @throws LockstepError KUBECONFIG_INVALID where none could be read yet
   */
  current(): Promise<Credentials>;
  /** Forget what was read: the API server has just refused it. */
  refresh(): void;
}

/** The rest of a YAML parser's message quotes the file, tokens and all. */
const firstLine = (cause: unknown) => messageOf(cause).split('\n', 1)[0];

/**
 * client-node would run the plugin without its KUBERNETES_EXEC_INFO, and hold on to what it said until it
 * expires.
 */
function takePlugin(config: KubeConfig, files: readonly string[]): ExecPlugin | undefined {
  const user = findEntry(files, 'users', config.getCurrentUser()?.name);
  if (user === undefined) return undefined;
  adoptTokenFile(config, user);
  const plugin = execPlugin(user, findEntry(files, 'clusters', config.getCurrentCluster()?.name));
  if (plugin)
    config.users = config.users.map(({ exec, ...each }) =>
      each.name === user.name ? each : { ...each, exec },
    );
  return plugin;
}

/**
 * The kubeconfig: the file that is named, else the Pod's ServiceAccount, else kubectl's own choice
 * (`KUBECONFIG`, `~/.kube/config`).
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
    const proxy = proxyUrl ? checkedProxy(proxyUrl) : proxyFor(server, env);
    return { config, proxy, plugin: takePlugin(config, kubeconfigFiles(path, env)) };
  } catch (cause) {
    const where = path ?? env['KUBECONFIG'] ?? 'the default kubeconfig';
    const message = `cannot use ${where}: ${firstLine(cause)}. Name a kubeconfig file with a current context.`;
    throw kubeconfigError(message, cause, 'kubeconfig');
  }
}

/**
 * The kubelet replaces a ServiceAccount token when 80 % of its life (an hour, by default) is over: reading
 * it again each minute leaves more than ten to spare. A 401 asks for it at once.
 */
const READ_AGAIN_AFTER_MS = 60_000;

async function read({ config, plugin, proxy }: Kubeconfig): Promise<Credentials> {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  await config.applyToHTTPSOptions(options);
  const said = await plugin?.current();
  const token = said?.token ?? (await tokenFromFile(config));
  const { ca, rejectUnauthorized, servername } = options;
  const { cert, key } = said?.pair ?? options;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  return { server: (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, ''), tls, headers, proxy };
}

/** Credentials of a kubeconfig, read again from time to time: tokens and certificates in files change. */
export function credentialSource(kubeconfig: Kubeconfig): CredentialSource {
  const { plugin } = kubeconfig;
  let current: Credentials | undefined;
  let reading: Promise<Credentials> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  async function readAgain(): Promise<Credentials> {
    try {
      const fresh = await read(kubeconfig);
      if (!current || !isDeepStrictEqual(current, fresh)) current = fresh;
      return current;
    } catch (cause) {
      // A file that is missing or half written for a moment: what was read before may well be good for long.
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
      const isFresh = performance.now() - readAt < READ_AGAIN_AFTER_MS && !plugin?.isDue();
      if (current && isFresh) return current;
      reading ??= readAgain();
      return reading;
    },
    refresh() {
      plugin?.forget();
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
