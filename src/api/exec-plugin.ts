import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { maybe } from '../workloads/schema.ts';
import { kubeconfigError } from './errors.ts';
import { runPlugin } from './exec-run.ts';
import type { KubeconfigEntry } from './kubeconfig-files.ts';

const ApiVersion = Type.Union([
  Type.Literal('client.authentication.k8s.io/v1'),
  Type.Literal('client.authentication.k8s.io/v1beta1'),
]);
const isExecUser = Compile(
  Type.Object({
    exec: Type.Object({
      apiVersion: ApiVersion,
      command: Type.String({ minLength: 1 }),
      args: maybe(Type.Array(Type.String())),
      env: maybe(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
      interactiveMode: maybe(Type.Enum(['Never', 'IfAvailable', 'Always'])),
      provideClusterInfo: maybe(Type.Boolean()),
      installHint: maybe(Type.String()),
    }),
  }),
);
const isCredential = Compile(
  Type.Object({
    apiVersion: ApiVersion,
    kind: Type.Literal('ExecCredential'),
    status: Type.Object({
      token: maybe(Type.String()),
      clientCertificateData: maybe(Type.String()),
      clientKeyData: maybe(Type.String()),
      expirationTimestamp: maybe(Type.String()),
    }),
  }),
);
const hasExtensions = Compile(
  Type.Array(Type.Object({ name: Type.String(), extension: maybe(Type.Unknown()) })),
);

/** What a plugin says of us. */
export interface PluginCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly pair: { readonly cert: string; readonly key: string } | undefined;
  /** In milliseconds since the epoch; undefined: until the API server refuses it. */
  readonly until: number | undefined;
}

/**
 * A program that a kubeconfig names to say who one is (client.authentication.k8s.io): `aws eks get-token`
 * is one.
 */
export interface ExecPlugin {
  /**
   * What it said last; asked anew where that has expired, or was forgotten. @throws LockstepError
   * KUBECONFIG_INVALID
   */
  current(): Promise<PluginCredential>;
  isDue(): boolean;
  forget(): void;
}

/**
 * What the plugin learns of the cluster. What it is told for itself stands in an extension of the cluster's
 * entry.
 */
function clusterInfo({ cluster, folder }: KubeconfigEntry): object {
  const { extensions, 'certificate-authority': file, ...fields } = cluster ?? {};
  // The plugin gets no paths: what stands in a file is handed on.
  if (typeof file === 'string' && file !== '')
    fields['certificate-authority-data'] ??= readFileSync(resolve(folder, file), 'base64');
  const own = hasExtensions.Check(extensions)
    ? extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension
    : undefined;
  return { ...fields, config: own ?? null };
}

/** The credential that a plugin printed. Errors do not quote it. */
function credentialOf(printed: string, program: string, apiVersion: string): PluginCredential {
  let answer: unknown;
  try {
    answer = JSON.parse(printed);
  } catch {
    throw kubeconfigError(`the exec plugin ${program} printed no JSON`);
  }
  if (!isCredential.Check(answer) || answer.apiVersion !== apiVersion)
    throw kubeconfigError(`the exec plugin ${program} printed no ExecCredential of ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = answer.status;
  if (Boolean(cert) !== Boolean(key))
    throw kubeconfigError(`the exec plugin ${program} gave a certificate without its key, or a key alone`);
  if (!token && !cert) throw kubeconfigError(`the exec plugin ${program} gave neither token nor certificate`);
  const until = Date.parse(expirationTimestamp ?? '');
  return {
    token: token || undefined,
    pair: cert && key ? { cert, key } : undefined,
    until: Number.isNaN(until) ? undefined : until,
  };
}

/**
 * The exec plugin of a user; undefined where it has none.
 * @param cluster the entry of the cluster, for plugins that want to know it
 * @throws LockstepError KUBECONFIG_INVALID where the plugin cannot be run like that
 */
export function execPlugin(
  { user, folder }: KubeconfigEntry,
  cluster: KubeconfigEntry | undefined,
): ExecPlugin | undefined {
  if (!user?.['exec']) return undefined;
  if (!isExecUser.Check(user))
    throw kubeconfigError(
      'the exec plugin of its user needs a command and apiVersion client.authentication.k8s.io/v1',
    );
  const { apiVersion, command, args, env, interactiveMode, provideClusterInfo, installHint } = user.exec;
  const info = provideClusterInfo && cluster ? { cluster: clusterInfo(cluster) } : {};
  let held: PluginCredential | undefined;
  const isDue = () => held === undefined || (held.until !== undefined && held.until <= Date.now());
  return {
    isDue,
    async current() {
      if (held && !isDue()) return held;
      const printed = await runPlugin({
        // As kubectl: what has a slash is relative to the kubeconfig, a mere name is looked for on PATH.
        program: command.includes('/') ? resolve(folder, command) : command,
        args: args ?? [],
        env: Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
        info: (interactive) => ({ apiVersion, kind: 'ExecCredential', spec: { interactive, ...info } }),
        interactiveMode: interactiveMode ?? 'IfAvailable',
        installHint: installHint ?? undefined,
      });
      held = credentialOf(printed, command, apiVersion);
      return held;
    },
    forget() {
      held = undefined;
    },
  };
}
