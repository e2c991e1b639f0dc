import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseJson } from '../json.ts';
import { maybe } from '../schema.ts';
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

/** A credential that a plugin printed. */
export interface PluginCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly pair: { readonly cert: string; readonly key: string } | undefined;
  /**
   * When it expires, in milliseconds since the epoch;
   * undefined if it is good until the API server rejects it.
   */
  readonly until: number | undefined;
}

/**
 * A program that a kubeconfig names to provide credentials
 * (client.authentication.k8s.io): `aws eks get-token` is one.
 */
export interface ExecPlugin {
  /**
   * The last credential. Runs the plugin again if the credential has expired or was dropped.
   * @param nowMs in milliseconds since the epoch
   * @throws LockstepError KUBECONFIG_INVALID
   */
  current(nowMs: number): Promise<PluginCredential>;
  isDue(nowMs: number): boolean;
  forget(): void;
}

/**
 * What the plugin learns about the cluster. The plugin's
 * own settings are in an extension of the cluster's entry.
 */
function clusterInfo({ cluster, folder }: KubeconfigEntry): object {
  const { extensions, 'certificate-authority': file, ...fields } = cluster ?? {};
  // The plugin gets no paths, so it gets the content of the file.
  if (typeof file === 'string' && file !== '')
    fields['certificate-authority-data'] ??= readFileSync(resolve(folder, file), 'base64');
  const own = hasExtensions.Check(extensions)
    ? extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension
    : undefined;
  return { ...fields, config: own ?? null };
}

/** The credential that a plugin printed. Errors do not quote it. */
function credentialOf(printed: string, program: string, apiVersion: string): PluginCredential {
  const answer = parseJson(printed);
  if (answer === undefined) throw kubeconfigError(`the exec plugin ${program} printed no JSON`);
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
 * The exec plugin of a user; undefined if it has none.
 * @param cluster the entry of the cluster, for plugins that ask for it
 * @throws LockstepError KUBECONFIG_INVALID if the entry of the plugin is invalid
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
  let last: PluginCredential | undefined;
  const isDue = (nowMs: number) => last === undefined || (last.until !== undefined && last.until <= nowMs);
  return {
    isDue,
    async current(nowMs) {
      if (last && !isDue(nowMs)) return last;
      const printed = await runPlugin({
        // As in kubectl, a command with a slash is relative to
        // the kubeconfig, and a bare name is looked up on PATH.
        program: command.includes('/') ? resolve(folder, command) : command,
        args: args ?? [],
        env: Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
        info: (interactive) => ({ apiVersion, kind: 'ExecCredential', spec: { interactive, ...info } }),
        interactiveMode: interactiveMode ?? 'IfAvailable',
        installHint: installHint ?? undefined,
      });
      last = credentialOf(printed, command, apiVersion);
      return last;
    },
    forget() {
      last = undefined;
    },
  };
}
