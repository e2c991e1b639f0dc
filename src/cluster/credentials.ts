import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { LockstepError, messageOf } from '../errors.ts';

/** How to reach the API server and who we are there. */
export interface Credentials {
  /** Origin, without a trailing slash: `https://10.96.0.1:443`. */
  readonly server: string;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CredentialSource {
  /** The same object as before for as long as nothing changed, so that connections can be kept. */
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
  try {
    if (path !== undefined) config.loadFromFile(path);
    else if (env['KUBERNETES_SERVICE_HOST']) config.loadFromCluster();
    else config.loadFromDefault();
    if (!config.getCurrentCluster()?.server) throw new Error('its current context names no cluster');
  } catch (cause) {
    const where = path ?? env['KUBECONFIG'] ?? 'the default kubeconfig';
    const message = `--kubeconfig: cannot use ${where}: ${firstLine(cause)}. Name a kubeconfig file with a current context.`;
    throw new LockstepError('KUBECONFIG_INVALID', message, { cause });
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
      readAt = performance.now();
      return held;
    } finally {
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
