import { isDeepStrictEqual } from 'node:util';
import type { Api } from '../../../lab/control-plane/api.ts';
import { type SourceContent, usedContent } from '../../../src/digest/source.ts';
import { isDnsSubdomain } from '../../../src/dns-names.ts';
import { CONFIG_HASH } from '../../../src/marks/names.ts';
import { references } from '../../../src/references/references.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Usage } from '../../../src/references/usage.ts';
import { controllerOf } from '../../../src/workloads/replica-set.ts';
import type { Fault } from '../checker/fault.ts';
import { asPod, asSource, asUid } from '../wire.ts';
import { type Config, contentOf, USAGES } from './manifests.ts';

/** What the checker knows of a household's pods. */
export interface PodsOf {
  readonly namespace: string;
  /** Its pods must read copies. */
  readonly pinned: boolean;
  /** A neighbour can take the names of copies. Then pods may read their own sources live. */
  readonly shared: boolean;
  /** The configuration that has a config hash. */
  configOf(hash: string): Config | undefined;
}

/** What an object holds. undefined: it does not exist, or no object can have the name. */
async function read(
  api: Api,
  namespace: string,
  { kind }: Usage,
  name: string,
): Promise<SourceContent | undefined> {
  if (!isDnsSubdomain(name)) return undefined;
  const path = `/api/v1/namespaces/${namespace}/${kind}s/${name}`;
  const found = asSource(await api.get(path).catch(() => undefined));
  if (!found) return undefined;
  if (kind === 'secret') return { data: {}, binaryData: found.data ?? {} };
  return { data: found.data ?? {}, binaryData: found.binaryData ?? {} };
}

async function exists(api: Api, namespace: string, owner: { name: string; uid: string } | undefined) {
  if (!owner) return true;
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets/${owner.name}`;
  return asUid(await api.get(path).catch(() => undefined)) === owner.uid;
}

/** Why a pod that reads this for a source reads something that is not its own. undefined: it is. */
async function whyNotOwn(
  api: Api,
  { namespace, shared }: PodsOf,
  usage: Usage,
  target: string | undefined,
  expected: SourceContent | undefined,
): Promise<Pick<Fault, 'kind' | 'message'> | undefined> {
  const id = sourceId(usage);
  if (target === undefined) return expected && { kind: 'nothing', message: `it reads nothing for ${id}` };
  if (target === usage.name)
    return expected && !shared ? { kind: 'live', message: `it reads ${id} live` } : undefined;
  const content = await read(api, namespace, usage, target);
  // A copy that is gone belongs to a ReplicaSet that is gone.
  if (content === undefined) return undefined;
  const held = [...Object.keys(content.data), ...Object.keys(content.binaryData)].join();
  if (expected === undefined)
    return { kind: 'absent', message: `it reads ${target} (keys: ${held}), although ${id} did not exist` };
  if (isDeepStrictEqual(content, usedContent(usage, expected))) return undefined;
  return { kind: 'content', message: `${target} does not hold what ${id} held (keys: ${held})` };
}

/**
 * Checks a new pod of a household: each source that its ReplicaSet was made with is read from a copy with
 * exactly the household's own content, and one that did not exist is read from nothing.
 */
export async function podFaults(api: Api, of: PodsOf, object: unknown): Promise<Fault[]> {
  const pod = asPod(object);
  const config = of.configOf(pod?.metadata.annotations?.[CONFIG_HASH] ?? '');
  // A pod without a known hash is of a Deployment whose call was not right, which has been reported.
  if (!pod || !config || !of.pinned) return [];
  const read = references(pod);
  const owner = controllerOf(pod.metadata, 'ReplicaSet');
  const whys = USAGES.map((usage) => {
    const target = read.find(({ kind, name }) => kind === usage.kind && name.startsWith(usage.name));
    return whyNotOwn(api, of, usage, target?.name, contentOf(of.namespace, sourceId(usage), config));
  });
  const faults = (await Promise.all(whys)).flatMap((why): Fault[] => {
    const message = `pod/${pod.metadata.name} in ${of.namespace}: ${why?.message}`;
    return why ? [{ ...why, rule: 'Own copies', message }] : [];
  });
  // The pods of a ReplicaSet that is gone go, too.
  return faults.length > 0 && (await exists(api, of.namespace, owner)) ? faults : [];
}
