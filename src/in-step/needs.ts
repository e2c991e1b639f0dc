import { namedCopies, parsePinned } from '../copies/pins.ts';
import type { ConfigState } from '../digest/format.ts';
import { type Marks, marksOf } from '../marks/marks.ts';
import { printStateOf } from '../marks/records.ts';
import { firstInDoubt } from '../policy/adoption.ts';
import type { Adoption, Facts, Need } from '../policy/decision.ts';
import { references } from '../references/references.ts';
import { sourceId } from '../references/sources.ts';
import type { Usage } from '../references/usage.ts';
import type { Call } from './gather.ts';
import { mapFew } from './map-few.ts';
import type { InStepDeps } from './ports.ts';
import { readPresentRevision } from './present-revision.ts';

/**
 * Reads when the sources changed and when the workload's pods started, and judges by that whether all of them
 * certainly hold what these sources hold now.
 */
async function readAdoption(
  { workloads, sources, inDoubt }: InStepDeps,
  call: Call,
  usages: readonly Usage[],
  live: ConfigState,
): Promise<Adoption> {
  const { workload, before = workload, signal } = call;
  const baseline = printStateOf(live, before.template);
  if (usages.length === 0) return { verdict: 'same', baseline };
  const revision = await readPresentRevision(workloads, call);
  // The pods of the present template are yet to be made. To write its marks costs no further rollout.
  if (revision.kind === 'not-yet') return { verdict: 'may-differ', source: undefined };
  const [histories, pods] = await Promise.all([
    mapFew(usages, signal, async (usage) => ({
      id: sourceId(usage),
      required: usage.required,
      times: await sources.times(workload.namespace, usage, signal),
    })),
    revision.kind === 'found' ? workloads.pods(before, revision.id, signal) : undefined,
  ]);
  const source = firstInDoubt(histories, pods);
  if (source === undefined)
    return { verdict: 'same', baseline, ...(pods?.length === 0 && { withoutPods: true }) };
  return { verdict: 'may-differ', source, ...(inDoubt === 'record' && { baseline }) };
}

/** Whether all copies that marks name exist, or can be made of live sources. */
export async function readRestorable(
  { copies }: Pick<InStepDeps, 'copies'>,
  { workload, signal }: Pick<Call, 'workload' | 'signal'>,
  marks: Pick<Marks, 'pinned' | 'sources'>,
  live: ConfigState,
): Promise<boolean> {
  if (!copies) return false;
  const looks = await mapFew(namedCopies(marks), signal, async ({ kind, name, shortDigest, seal }) => {
    if (shortDigest === undefined) return false;
    if (live.sources[sourceId({ kind, name })] === shortDigest) return true;
    const look = await copies.look(workload.namespace, { kind, name, shortDigest, seal }, signal);
    return look.state === 'good';
  });
  return looks.every(Boolean);
}

/**
 * Whether a request's marks are those of a revision of this workload: its template refers to all sources that
 * they pin, and the workload's own revisions carry them. Marks of another workload are not.
 *
 * If the marks are those from before, the present revision carries them, too. Then an undo is told from a new
 * template by the template itself.
 */
async function readOfRevision(
  { workloads }: Pick<InStepDeps, 'workloads'>,
  { workload, before = workload, signal }: Call,
  marks: Marks,
): Promise<boolean> {
  const referredTo = new Set(references(workload.template).map(sourceId));
  if (!parsePinned(marks.pinned).every((pinned) => referredTo.has(sourceId(pinned)))) return false;
  const isKept = marks.hash === marksOf(before).hash;
  return workloads.hasRevision(before, { marks, template: isKept ? workload.template : undefined }, signal);
}

/** Reads what a decision lacks, and adds it to the facts. */
export async function readNeeded(
  deps: InStepDeps,
  call: Call,
  used: readonly Usage[],
  facts: Facts,
  need: Need,
): Promise<Facts> {
  switch (need.needs) {
    case 'history': {
      const wanted = new Set(need.of);
      const usages = used.filter((usage) => wanted.has(sourceId(usage)));
      return { ...facts, adoption: await readAdoption(deps, call, usages, facts.live) };
    }
    case 'revisions': {
      const ofRevision = await readOfRevision(deps, call, facts.marks);
      return { ...facts, pin: facts.pin && { ...facts.pin, ofRevision } };
    }
    case 'copies': {
      const restorable = await readRestorable(deps, call, facts.marks, facts.live);
      return { ...facts, pin: facts.pin && { ...facts.pin, restorable } };
    }
    default:
      return need satisfies never;
  }
}
