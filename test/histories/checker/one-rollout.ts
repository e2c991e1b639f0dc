import { canonicalJson } from '../../../src/digest/canonical.ts';
import { sourceId } from '../../../src/references/sources.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import type { History, Life, Version } from './history.ts';
import { ownerOf, templateOf } from './revisions.ts';
import { nextWith, usagesOf } from './source-states.ts';
import { exempt, HELD, type Verdict, violated } from './verdict.ts';
import { isLeftUnchecked, leftAlone, nameOf, type Step, standingConfig, stepsOf } from './workload-steps.ts';

/** For each source, the earliest version from which its record can be. */
type Positions = Map<string, Version>;

function advance(history: History, step: Step, positions: Positions): Verdict {
  const recorded = standingConfig(step.commit.object);
  // lockstep could not know of the call, or it is kept out and an undo may bring back any old hash. From
  // there on, the record must move forward again.
  const alone = leftAlone(step.commit.object);
  const { life, commit } = step;
  const isLeft = isLeftUnchecked(history, life, life.commits.indexOf(commit));
  if (isLeft || step.calls.some((call) => call.unchecked) || alone || !recorded) {
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

/**
 * An earlier workload of the same name had a revision of this name, because the name contains the template's hash.
 * While that revision exists, the controller adds a count of collisions to the hash. When it is gone and the
 * controller's cache has not seen that count yet, the controller creates one without the count. Kubernetes does
 * this. lockstep writes no revision.
 */
function nameWasTaken(history: History, workload: Life<Workload>, name: string): boolean {
  return history.revisions.some(({ name: other, commits: [first] }) => {
    const owner = first && ownerOf(first.object);
    return other === name && owner !== undefined && owner !== workload.uid;
  });
}

/**
 * Each revision has a template that its workload held, unless it was adopted, and no two have the same one.
 */
function oneEach(history: History, workload: Life<Workload>): readonly Verdict[] {
  const held = new Set(workload.commits.map(({ object }) => canonicalJson(object.template)));
  const own = history.revisions.flatMap(({ name, commits }) => {
    const first = commits.find(({ object }) => ownerOf(object) === workload.uid);
    if (!first) return [];
    const { object, version } = first;
    return [{ name, template: templateOf(object), version, adopted: first !== commits[0] }];
  });
  return own.map(({ name, template, version, adopted }, i) => {
    if (!adopted && !held.has(template))
      return violated(`${name} is of a template that ${workload.name} never held`, version);
    const twin = own.slice(0, i).find((other) => other.template === template && other.name !== name);
    if (!twin) return HELD;
    if ([name, twin.name].some((one) => nameWasTaken(history, workload, one)))
      return exempt('a workload before it had a revision of the name');
    return violated(`${name} and ${twin.name} are of one template`, version);
  });
}

/** Invariant 3. A hash never goes backwards, and there are no more revisions than templates. */
export function oneRollout(history: History): readonly Verdict[] {
  return [...forwards(history), ...history.workloads.flatMap((life) => oneEach(history, life))];
}
