import { copyName } from '../../../copies/name.ts';
import { CONFIG_HASH } from '../../../marks/names.ts';
import { type SourceRef, sourceId } from '../../../references/sources.ts';
import { nameOf, type Workload } from '../../../workloads/workload.ts';
import type { ExplainedSource } from '../../explain/explanation.ts';
import type { Found } from '../../explain/found.ts';
import type { Session } from '../../session.ts';
import { type Finding, info, unknown } from '../finding.ts';
import { askContainers } from './ask-containers.ts';
import { type Seal, sealer } from './environment.ts';
import { asExecPods, type ExecPod, isReady, type Running, runningIn } from './exec-pod.ts';
import { foundKeys } from './found-keys.ts';
import type { Given, GivenTo } from './given.ts';
import { givenEnv } from './given-env.ts';
import { givenFiles } from './given-files.ts';
import { heldJudgement, type Live } from './judge-held.ts';

/** What `--exec` goes by. */
export interface HeldDeps {
  readonly workload: Workload;
  readonly sources: readonly ExplainedSource[];
  readonly found: ReadonlyMap<string, Found>;
  /** Its pods as they were read. */
  readonly pods: readonly unknown[];
  readonly maxPods: number;
}

const CHECK = 'what the running containers hold';

/** Some of the pods, and of each configuration that they were made with the same number, as far as possible. */
export function somePods(pods: readonly ExecPod[], most: number): readonly ExecPod[] {
  const byHash = [...Map.groupBy(pods, ({ metadata }) => metadata.annotations?.[CONFIG_HASH] ?? '').values()];
  const longest = Math.max(0, ...byHash.map(({ length }) => length));
  const inTurns = Array.from({ length: longest }, (_, i) => byHash.flatMap((group) => group[i] ?? [])).flat();
  return inTurns.slice(0, most);
}

/** The source that a pod's reference means: itself, or the one that it names a copy of. */
function originOf(
  sources: readonly ExplainedSource[],
  { kind, name }: SourceRef,
): ExplainedSource | undefined {
  const ofKind = sources.filter((each) => each.kind.toLowerCase() === kind);
  const digest = name.split('-').at(-1) ?? '';
  return (
    ofKind.find((each) => each.name === name) ?? ofKind.find((each) => copyName(each.name, digest) === name)
  );
}

const toRef = ({ kind, name }: ExplainedSource): SourceRef => ({
  kind: kind === 'Secret' ? 'secret' : 'configmap',
  name,
});

function liveIn(found: ReadonlyMap<string, Found>, seal: Seal): (given: Given) => Live {
  return ({ source, key, place }) => {
    const seen = found.get(sourceId(source));
    if (seen?.kind !== 'configmap') return { kind: 'not-read' };
    const data = seen.source?.content.data[key];
    if (data !== undefined) return { kind: 'sealed', seal: seal(Buffer.from(data)) };
    // The kubelet takes no variable from binaryData.
    const binary = place.kind === 'file' ? seen.source?.content.binaryData[key] : undefined;
    return binary === undefined
      ? { kind: 'absent' }
      : { kind: 'sealed', seal: seal(Buffer.from(binary, 'base64')) };
  };
}

/** What is not compared, because its keys are not known here. */
const unlistedFindings = (ids: ReadonlySet<string>): Finding[] =>
  [...ids].map((id) =>
    unknown(
      `the running containers hold ${id}`,
      'its keys are not read here, so what envFrom and whole volumes give cannot be named',
    ),
  );

/** What containers are given of a workload's sources, and the sources of which that cannot be told. */
function givenOf(sources: readonly ExplainedSource[], found: HeldDeps['found']) {
  const unlisted = new Set<string>();
  const keysOf = (ref: SourceRef) => {
    const origin = originOf(sources, ref);
    return origin && foundKeys(found, toRef(origin));
  };
  const named = (all: GivenTo): Given[] => {
    for (const each of all.unlisted) {
      const origin = originOf(sources, each);
      if (origin) unlisted.add(sourceId(toRef(origin)));
    }
    return all.given.flatMap((given) => {
      const origin = originOf(sources, given.source);
      return origin ? [{ ...given, source: toRef(origin) }] : [];
    });
  };
  const givenTo = ({ spec }: ExecPod, { container }: Running): Given[] => [
    ...named(givenEnv(container, keysOf)),
    ...named(givenFiles(container, spec.volumes ?? [], keysOf)),
  ];
  return { givenTo, unlisted };
}

/** Compares what running containers hold with what is there now. It prints no value, and reads no Secret. */
export async function heldFindings(session: Session, deps: HeldDeps): Promise<readonly Finding[]> {
  const { workload, sources, found, maxPods } = deps;
  const { namespace } = workload;
  const running = asExecPods(deps.pods).filter(
    (pod) => !pod.metadata.deletionTimestamp && runningIn(pod).length > 0,
  );
  if (running.length === 0) return [info(CHECK, 'no container runs')];
  const ready = running.filter(isReady);
  const pods = somePods([...ready, ...running.filter((pod) => !isReady(pod))], maxPods);
  const { givenTo, unlisted } = givenOf(sources, found);
  const seal = sealer();
  const asked = await askContainers(session, { namespace, pods, givenTo, seal });
  if (asked === 'forbidden')
    return [
      unknown(CHECK, 'you may not exec into its pods: that takes the rights get and create on pods/exec'),
    ];
  const sourceOf = ({ source }: Given) => originOf(sources, source);
  const bounded =
    pods.length < running.length
      ? [info(CHECK, `${pods.length} of ${running.length} pods were looked at (--max-pods)`)]
      : [];
  return [
    ...heldJudgement(namespace, asked, {
      liveOf: liveIn(found, seal),
      changedAt: (given) => sourceOf(given)?.lastChange?.time,
      counts: (given) => sourceOf(given)?.keys?.find(({ name }) => name === given.key)?.counts !== false,
      nowMs: session.client.clock.now(),
      roll: `kubectl lockstep roll ${nameOf(workload)} --namespace ${namespace}`,
    }),
    ...unlistedFindings(unlisted),
    ...bounded,
  ];
}
