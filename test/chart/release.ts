import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { eventually } from '../../lab/control-plane/eventually.ts';
import type { CommandResult } from '../../lab/control-plane/run.ts';
import { CHART } from '../kit/chart/chart.ts';
import type { Values } from '../kit/chart/helm.ts';
import { useCluster } from '../kit/use-cluster.ts';

type Verb = 'install' | 'upgrade';

/**
 * A release of the chart on the control plane, in a namespace of the same name. Its commands throw if helm
 * fails.
 */
export interface Release {
  readonly name: string;
  install(values?: Values, ...flags: readonly string[]): Promise<CommandResult>;
  upgrade(values?: Values, ...flags: readonly string[]): Promise<CommandResult>;
  rollback(revision: number, ...flags: readonly string[]): Promise<CommandResult>;
  /** Succeeds if there is nothing to remove, too. */
  uninstall(): Promise<CommandResult>;
  /** What helm says when it fails. @throws Error if it succeeds */
  refusal(verb: Verb, values?: Values, ...flags: readonly string[]): Promise<string>;
  kubectl(...args: readonly string[]): Promise<CommandResult>;
}

const LONG = { timeoutMs: 110_000 };

/** Creates the namespace, and waits for the objects that Kubernetes adds to it. */
export async function release(name: string): Promise<Release> {
  const { helm, helmOk, kubectl, kubectlOk } = useCluster();
  const own = ['--namespace', name];
  const args = (verb: Verb) => [verb, name, CHART, ...own, '--values', '-'];
  const input = (values: Values) => ({ input: JSON.stringify(values), ...LONG });
  await kubectl(['create', 'namespace', name]);
  await eventually(() => kubectlOk([...own, 'get', 'serviceaccount/default', 'configmap/kube-root-ca.crt']));
  return {
    name,
    install: (values = {}, ...flags) => helmOk([...args('install'), ...flags], input(values)),
    upgrade: (values = {}, ...flags) => helmOk([...args('upgrade'), ...flags], input(values)),
    rollback: (revision, ...flags) => helmOk(['rollback', name, String(revision), ...own, ...flags], LONG),
    uninstall: () => helmOk(['uninstall', name, ...own, '--wait', '--ignore-not-found'], LONG),
    async refusal(verb, values = {}, ...flags) {
      const { exitCode, stderr } = await helm([...args(verb), ...flags], input(values));
      if (exitCode === 0) throw new Error(`helm ${verb} did not fail`);
      return stderr;
    },
    kubectl: (...rest) => kubectlOk([...own, ...rest]),
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

/** Reads the webhook configuration of a release. */
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
