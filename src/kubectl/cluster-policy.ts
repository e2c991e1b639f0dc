import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ApiClient } from '../api/client.ts';
import { segment } from '../api/path.ts';
import { type PublishedPolicy, publishedPolicy } from '../config/published.ts';
import { messageOf } from '../errors.ts';
import { parseJson } from '../json.ts';

/** The ConfigMap in which the chart publishes how lockstep is set up. */
export const SETTINGS_NAME = 'lockstep-settings';

/** The policy that workloads are judged by, and where it comes from. */
export interface ClusterPolicy {
  readonly policy: PublishedPolicy;
  /** The version of lockstep in the cluster. Undefined: it is not known. */
  readonly version: string | undefined;
  /** Why the policy is only lockstep's defaults. Undefined: it is that of the cluster. */
  readonly note: string | undefined;
}

const isSettings = Compile(
  Type.Object({ data: Type.Object({ args: Type.String(), version: Type.Optional(Type.String()) }) }),
);
const isTexts = Compile(Type.Array(Type.String()));

/**
 * Reads how lockstep is set up in the cluster. Where that cannot be read, lockstep's defaults count, and a note
 * says so.
 * @param namespace that lockstep runs in
 */
export async function readClusterPolicy(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): Promise<ClusterPolicy> {
  const path = `/api/v1/namespaces/${segment(namespace)}/configmaps/${SETTINGS_NAME}`;
  const place = `configmap/${SETTINGS_NAME} in namespace "${namespace}"`;
  const byDefault = (why: string, version?: string): ClusterPolicy => ({
    policy: publishedPolicy([]),
    version,
    note: `${why}, so this assumes lockstep's defaults. Name lockstep's own namespace with --lockstep-namespace.`,
  });
  try {
    const answer = await client.request({ verb: 'get', resource: 'configmaps', path, signal });
    if (answer.kind !== 'found')
      return byDefault(`there is no ${place}: is lockstep installed? Without it, nothing rolls`);
    if (!isSettings.Check(answer.body)) return byDefault(`${place} is not as lockstep writes it`);
    const { args, version } = answer.body.data;
    const list = parseJson(args);
    if (!isTexts.Check(list)) return byDefault(`${place} is not as lockstep writes it`, version);
    return { policy: publishedPolicy(list), version, note: undefined };
  } catch (error) {
    if (signal.aborted) throw error;
    return byDefault(`${place} cannot be used (${messageOf(error)})`);
  }
}
