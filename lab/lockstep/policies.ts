import { copyName } from '../../src/copies/name.ts';
import { COPY_LABEL, COPY_OF } from '../../src/marks/names.ts';
import { ApiError } from '../control-plane/api.ts';
import type { ClusterClient } from '../control-plane/client.ts';
import { eventually } from '../control-plane/eventually.ts';
import { configMap } from './manifests.ts';
import type { Sandbox } from './sandbox.ts';

/** The user that lockstep is to the API server. */
export const LOCKSTEP_USER = 'system:serviceaccount:lockstep:lockstep';

const NAME = copyName('app', '0123456789abcdef');
const COPY = {
  ...configMap({}),
  immutable: true,
  metadata: {
    name: NAME,
    labels: { [COPY_LABEL]: 'true' },
    annotations: { [COPY_OF]: '{"source":"configmap/app"}' },
  },
};

/** Creations of ConfigMaps, each with its user, and whether a policy refuses it. */
const PROBES = [
  { as: LOCKSTEP_USER, body: configMap({}, 'no-copy'), isRefused: true, needsPin: false },
  // Not so while a policy of earlier values is in force, for other namespaces.
  { as: LOCKSTEP_USER, body: COPY, isRefused: false, needsPin: false },
  { as: 'somebody', body: configMap({}, NAME), isRefused: true, needsPin: true },
] as const;

/**
 * Waits until the chart's policies are in force: the API server looks for new ones once a second. Dry runs
 * of a create show it.
 * @param values those of the chart
 */
export async function untilInForce(
  { api }: ClusterClient,
  { namespace }: Pick<Sandbox, 'namespace'>,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  if (values['admissionPolicies.enabled'] === 'false') return;
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  const probes = PROBES.filter(({ needsPin }) => !needsPin || values['pin.enabled'] === 'true');
  const isAsExpected = async ({ as, body, isRefused }: (typeof PROBES)[number]) => {
    try {
      await (await api.open(path, { method: 'POST', body, as })).dump();
      return !isRefused;
    } catch (error) {
      return isRefused && error instanceof ApiError && error.status === 403;
    }
  };
  const what = 'the policies in force';
  const until = (probe: (typeof PROBES)[number]) =>
    eventually(() => isAsExpected(probe), { what, timeoutMs: 20_000 });
  await Promise.all(probes.map(until));
}
