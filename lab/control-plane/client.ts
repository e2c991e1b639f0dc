import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Api, openApi } from './api.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { Programs } from './programs.ts';
import { type CommandResult, type RunOptions, run, runOk } from './run.ts';

/** What describes a running cluster: plain data that one process can pass to another. */
export interface ClusterData {
  /** The path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** The API server's certificate authority, PEM. */
  readonly ca: string;
  /** The admin's bearer token. */
  readonly token: string;
  /** The cluster's folder: logs, data, kubeconfigs. It is removed with the cluster. */
  readonly dir: string;
  /** The path of the audit log, one JSON event a line. */
  readonly auditLog: string;
  readonly programs: Programs;
}

/** Like `RunOptions`. `kubeconfig` makes the call as another user than the admin. */
export interface ClientOptions extends RunOptions {
  readonly kubeconfig?: string;
}

const asTokenRequest = Compile(Type.Object({ status: Type.Object({ token: Type.String() }) }));

type Command = (args: readonly string[], options?: ClientOptions) => Promise<CommandResult>;

/** All operations on a cluster that do not need its processes. */
export interface ClusterClient extends ClusterData {
  /** For reads: a process of kubectl costs some forty times as much. It needs no closing. */
  readonly api: Api;
  /** Never throws for a non-zero exit code. */
  readonly kubectl: Command;
  /** @throws CommandError with the command, stdout and stderr if the exit code is not zero */
  readonly kubectlOk: Command;
  readonly helm: Command;
  readonly helmOk: Command;
  /**
   * Writes a new kubeconfig (mode 0600) with a token of the ServiceAccount that is valid for a day.
   * @param via the address of a proxy to the API server. Default: the API server itself
   */
  kubeconfigFor(
    serviceAccount: ServiceAccount,
    via?: { readonly server: string; readonly ca?: string },
  ): Promise<string>;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** Only the data that one process can pass to another. */
export const dataOf = ({
  kubeconfig,
  server,
  ca,
  token,
  dir,
  auditLog,
  programs,
}: ClusterData): ClusterData => ({
  kubeconfig,
  server,
  ca,
  token,
  dir,
  auditLog,
  programs,
});

/** Makes a client from a cluster's data. */
export function clusterClient(data: ClusterData): ClusterClient {
  const command =
    (execute: typeof run, program: string): Command =>
    (args, { kubeconfig = data.kubeconfig, env, ...options } = {}) =>
      execute(program, args, {
        ...options,
        env: { ...environment(data.dir), KUBECONFIG: kubeconfig, ...env },
      });
  const { kubectl, helm } = data.programs;
  const api = openApi(data);
  return {
    ...dataOf(data),
    api,
    kubectl: command(run, kubectl),
    kubectlOk: command(runOk, kubectl),
    helm: command(run, helm),
    helmOk: command(runOk, helm),
    kubeconfigFor: async ({ namespace, name }, via) => {
      const account = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
      const body = { spec: { expirationSeconds: 86_400 } };
      const answer = await (await api.open(`${account}/token`, { method: 'POST', body })).json();
      const { token } = asTokenRequest.Parse(answer).status;
      const path = join(data.dir, 'kubeconfigs', `${namespace}-${name}-${randomUUID()}.yaml`);
      const { server, ca } = { ...data, ...via };
      await writeKubeconfig(path, { server, ca, user: `${namespace}-${name}`, token });
      return path;
    },
  };
}

/** The cluster's folder keeps what kubectl and helm cache between calls, not the user's home. */
const environment = (dir: string): Record<string, string> => ({
  KUBECACHEDIR: join(dir, 'kube-cache'),
  KUBERC: 'off',
  // These programs end before there is garbage to collect. The limit is for one that does not.
  GOGC: 'off',
  GOMEMLIMIT: '256MiB',
  HELM_CACHE_HOME: join(dir, 'helm', 'cache'),
  HELM_CONFIG_HOME: join(dir, 'helm', 'config'),
  HELM_DATA_HOME: join(dir, 'helm', 'data'),
});
