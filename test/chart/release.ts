import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { eventually } from '../cluster/eventually.ts';
import type { CommandResult } from '../cluster/run.ts';
import { useCluster } from '../cluster/use.ts';
import { CHART } from './chart.ts';
import type { Values } from './helm.ts';

/** A release of the chart on the control plane, in a namespace of the same name; every command of helm's may fail. */
export interface Release {
  readonly name: string;
  install(values?: Values, ...flags: readonly string[]): Promise<CommandResult>;
  upgrade(values?: Values, ...flags: readonly string[]): Promise<CommandResult>;
  rollback(revision: number, ...flags: readonly string[]): Promise<CommandResult>;
  uninstall(): Promise<CommandResult>;
  kubectl(...args: readonly string[]): Promise<CommandResult>;
}

/** Makes the namespace, and waits for what Kubernetes itself puts there. */
export async function release(name: string): Promise<Release> {
  const { helm, kubectl, kubectlOk } = useCluster();
  const own = ['--namespace', name];
  const withChart = (command: string, values: Values, flags: readonly string[]) =>
    helm([command, name, CHART, ...own, '--values', '-', ...flags], {
      input: JSON.stringify(values),
      timeoutMs: 110_000,
    });
  await kubectl(['create', 'namespace', name]);
  await eventually(() => kubectlOk([...own, 'get', 'serviceaccount/default', 'configmap/kube-root-ca.crt']));
  return {
    name,
    install: (values = {}, ...flags) => withChart('install', values, flags),
    upgrade: (values = {}, ...flags) => withChart('upgrade', values, flags),
    rollback: (revision, ...flags) =>
      helm(['rollback', name, String(revision), ...own, ...flags], { timeoutMs: 110_000 }),
    uninstall: () => helm(['uninstall', name, ...own, '--wait'], { timeoutMs: 110_000 }),
    kubectl: (...args) => kubectlOk([...own, ...args]),
  };
}

const Configuration = Type.Object({
  metadata: Type.Object({ uid: Type.String() }),
  webhooks: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        failurePolicy: Type.String(),
        timeoutSeconds: Type.Number(),
        clientConfig: Type.Object({ caBundle: Type.Optional(Type.String()) }),
      }),
    ),
  ),
});

/** The webhook configuration of a release, as stored. */
export async function configurationOf(name: string) {
  const { stdout } = await useCluster().kubectlOk([
    'get',
    'mutatingwebhookconfiguration',
    name,
    '-o',
    'json',
  ]);
  const value: unknown = JSON.parse(stdout);
  if (!Value.Check(Configuration, value)) throw new Error(`not a webhook configuration: ${stdout}`);
  return { uid: value.metadata.uid, webhooks: value.webhooks ?? [] };
}
