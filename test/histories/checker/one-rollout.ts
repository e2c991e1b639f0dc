import { canonicalJson } from '../../../src/digest/canonical.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Deployment } from '../../../src/workloads/deployment.ts';
import { controllerOf, type ReplicaSet } from '../../../src/workloads/replica-set.ts';
import { leftAlone, nameOf, type Step, standingConfig, stepsOf } from './deployment-steps.ts';
import type { History, Life, Version } from './history.ts';
import { nextWith, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';

/** For each source, the earliest version from which its record can be. */
type Positions = Map<string, Version>;

function advance(history: History, step: Step, positions: Positions): Verdict {
  const recorded = standingConfig(step.commit.object);
  // lockstep could not know of the call, or it is kept out and an undo may bring back any old hash. From
  // there on, the record must move forward again.
  const alone = leftAlone(step.commit.object);
  if (step.calls.some((call) => call.unchecked) || alone || !recorded) {
    positions.clear();
    if (!recorded) return exempt('nothing on record');
    return exempt(alone ?? 'not checked: a replica was killed');
  }
  for (const usage of usagesOf(step.commit.object)) {
    const id = sourceId(usage);
    const short = recorded.sources[id];
    const since = positions.get(id) ?? 0;
    if (short === undefined) continue;
    const found = nextWith(history, usage, short, since);
    if (found === undefined || found > step.commit.version)
      return violated(
        `${nameOf(step)} went backwards: ${id} is recorded as ${short}, which it was not from @${since} on`,
        step.commit.version,
      );
    positions.set(id, found);
  }
  return HELD;
}

/** The record of a source only moves forward through the source's history. */
function forwards(history: History): readonly Verdict[] {
  const positions = new Map<string, Positions>();
  return stepsOf(history).map((step) => {
    const own = positions.get(step.life.uid) ?? new Map<string, Version>();
    positions.set(step.life.uid, own);
    return advance(history, step, own);
  });
}

/** The template of a ReplicaSet, as its Deployment held it, as text. */
export function templateOf(replicaSet: ReplicaSet): string {
  const { labels, ...metadata }: Record<string, unknown> = { ...replicaSet.spec.template?.metadata };
  const own = Object.entries(labels ?? {}).filter(([key]) => key !== 'pod-template-hash');
  const left = own.length > 0 ? { ...metadata, labels: Object.fromEntries(own) } : metadata;
  return canonicalJson({ ...replicaSet.spec.template, metadata: left });
}

/**
 * An earlier Deployment of the same name had a ReplicaSet of this name, because the name contains the
 * template's hash. While that ReplicaSet exists, the controller adds a count of collisions to the hash. When
 * it is gone and the controller's cache has not seen that count yet, the controller creates one without the
 * count. Kubernetes does this. lockstep writes no ReplicaSet.
 */
function nameWasTaken(history: History, deployment: Life<Deployment>, name: string): boolean {
  return history.replicaSets.some(({ name: other, commits: [first] }) => {
    const owner = first && controllerOf(first.object.metadata, 'Deployment');
    return other === name && owner !== undefined && owner.uid !== deployment.uid;
  });
}

/**
 * Each ReplicaSet has a template that its Deployment held, unless it was adopted, and no two have the same one.
 */
function oneEach(history: History, deployment: Life<Deployment>): readonly Verdict[] {
  const held = new Set(deployment.commits.map(({ object }) => canonicalJson(object.spec.template)));
  const own = history.replicaSets.flatMap(({ name, commits }) => {
    const first = commits.find(
      ({ object }) => controllerOf(object.metadata, 'Deployment')?.uid === deployment.uid,
    );
    if (!first) return [];
    const { object, version } = first;
    return [{ name, template: templateOf(object), version, adopted: first !== commits[0] }];
  });
  return own.map(({ name, template, version, adopted }, i) => {
    if (!adopted && !held.has(template))
      return violated(`${name} is of a template that ${deployment.name} never held`, version);
    const twin = own.slice(0, i).find((other) => other.template === template && other.name !== name);
    if (!twin) return HELD;
    if ([name, twin.name].some((one) => nameWasTaken(history, deployment, one)))
      return exempt('a deployment before it had a replica set of the name');
    return violated(`${name} and ${twin.name} are of one template`, version);
  });
}

/** Invariant 3. A hash never goes backwards, and there are no more ReplicaSets than templates. */
export function oneRollout(history: History): readonly Verdict[] {
  return [...forwards(history), ...history.deployments.flatMap((life) => oneEach(history, life))];
}
