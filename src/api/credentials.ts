import { delimiter } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { codeOf, messageOf } from '../errors.ts';
import { kubeconfigError } from './errors.ts';
import { adoptTokenFile, tokenFromFile } from './token-file.ts';

/** How to reach the API server and who we are there. */
export interface Credentials {
  /** Origin, without a trailing slash: `https://10.96.0.1:443`. */
  readonly server: string;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
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
 * The kubeconfig: the file that is named, else the Pod's ServiceAccount, else kubectl's own choice (`KUBECONFIG`,
 * `~/.kube/config`).
 * @throws LockstepError KUBECONFIG_INVALID
 */
export function loadKubeConfig(path: string | undefined, env: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  const inCluster = Boolean(env['KUBERNETES_SERVICE_HOST']);
  const named = inCluster ? [] : (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files = path === undefined ? named : [path];
  try {
    if (path !== undefined) config.loadFromFile(path);
    else if (inCluster) config.loadFromCluster();
    else config.loadFromDefault();
    if (!config.getCurrentCluster()?.server) throw new Error('its current context names no cluster');
    adoptTokenFile(config, files);
  } catch (cause) {
    const where = path ?? env['KUBECONFIG'] ?? 'the default kubeconfig';
    const message = `--kubeconfig: cannot use ${where}: ${firstLine(cause)}. Name a kubeconfig file with a current context.`;
    throw kubeconfigError(message, cause);
  }
  return config;
}

/**
 * The kubelet replaces a ServiceAccount token when 80 % of its life (an hour, by default) is over: reading it again
 * each minute leaves more than ten to spare. A 401 asks for it at once.
 */
const READ_AGAIN_AFTER_MS = 60_000;

async function read(config: KubeConfig): Promise<Credentials> {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  await config.applyToHTTPSOptions(options);
  const token = await tokenFromFile(config);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
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
  return { server: (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, ''), tls, headers };
}

/** Credentials of a kubeconfig, read again from time to time: tokens and certificates in files change. */
export function credentialSource(config: KubeConfig): CredentialSource {
  let held: Credentials | undefined;
  let reading: Promise<Credentials> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  async function readAgain(): Promise<Credentials> {
    try {
      const fresh = await read(config);
      if (!held || !isDeepStrictEqual(held, fresh)) held = fresh;
      return held;
    } catch (cause) {
      // A file that is missing or half written for a moment: what was read before may well be good for long.
      if (held) return held;
      const message = `lockstep’s credentials cannot be read (${codeOf(cause)})`;
      throw kubeconfigError(message, cause);
    } finally {
      readAt = performance.now();
      reading = undefined;
    }
  }
  return {
    async current() {
      if (held && performance.now() - readAt < READ_AGAIN_AFTER_MS) return held;
      reading ??= readAgain();
      return reading;
    },
    refresh() {
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}
