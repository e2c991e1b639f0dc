import { canonicalJson } from '../digest/canonical.ts';
import { LAST_APPLIED } from '../marks/bringer.ts';
import { MARK_KEYS, MARKS } from '../marks/table.ts';
import { type FieldPath, withValueAt } from '../workloads/fields.ts';
import type { Workload } from '../workloads/workload.ts';

/**
 * Fields that the API server or a controller keeps. A write changes some of them by itself, and a request may leave
 * out others, as `kubectl replace` does.
 */
const KEPT_BY_OTHERS: readonly FieldPath[] = [
  ['status'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
  ['metadata', 'generation'],
  ['metadata', 'uid'],
  ['metadata', 'creationTimestamp'],
];

/** Every kind with a scale has its number of replicas here. */
const REPLICAS: FieldPath = ['spec', 'replicas'];

/** Somebody stops a rollout here, or lets it go on. */
const PAUSED: FieldPath = ['spec', 'paused'];

const MARK_NAMES = new Set(MARK_KEYS.map((key) => MARKS[key].name));

/**
 * Whether an annotation says nothing about what the owner wants. `kubectl apply` keeps its manifest in one, and the
 * number of replicas stands there, too. If a replace drops those of lockstep or of the workload's controller, they
 * are put back.
 */
const isBookkeeping = (annotation: string): boolean =>
  MARK_NAMES.has(annotation) ||
  annotation === LAST_APPLIED ||
  annotation.startsWith('deployment.kubernetes.io/') ||
  annotation.startsWith('rollout.argoproj.io/');

/** Everything that the owner of a workload says of it, except its template and these fields. */
function textOf({ kind, object, metadata }: Workload, except: readonly FieldPath[]): string {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !isBookkeeping(name));
  const without = [...KEPT_BY_OTHERS, ...except, kind.templatePath].reduce<object>(
    (rest, path) => withValueAt(rest, path, undefined) ?? {},
    object,
  );
  return canonicalJson(withValueAt(without, ['metadata', 'annotations'], Object.fromEntries(annotations)));
}

/**
 * Whether an update changes nothing but the number of replicas, so that it is a scale by another name.
 * @param workload it has the same template as before, apart from lockstep's marks
 */
export function isOnlyScaled(before: Workload, workload: Workload): boolean {
  return before.replicas !== workload.replicas && sameBut(before, workload, [REPLICAS]);
}

/** Whether an update changes nothing but the number of replicas, or whether the rollout is paused. */
export function isOnlyScaledOrPaused(before: Workload, workload: Workload): boolean {
  const isSame = before.replicas === workload.replicas && before.paused === workload.paused;
  return !isSame && sameBut(before, workload, [REPLICAS, PAUSED]);
}

const sameBut = (before: Workload, workload: Workload, except: readonly FieldPath[]): boolean =>
  textOf(before, except) === textOf(workload, except);
