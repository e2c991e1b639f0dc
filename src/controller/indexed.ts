import { LockstepError } from '../errors.ts';
import { marksOf } from '../marks/marks.ts';
import { recordedHold, recordedState } from '../marks/records.ts';
import { injectSwitch, workloadSettings } from '../policy/compat.ts';
import { referencesInScope } from '../policy/in-scope.ts';
import type { Defaults, Settings } from '../policy/settings.ts';
import { sourceId } from '../references/sources.ts';
import { deadlineOf } from '../workloads/deadline.ts';
import { progressOf } from '../workloads/progress.ts';
import { isIdle, nameOf, type Progress, type Workload, type WorkloadKind } from '../workloads/workload.ts';
import { type EditedNote, parseEditedNote } from './edited-note.ts';
import type { Contents, Member } from './entry.ts';
import { UNDONE } from './other-content.ts';
import type { Place, SourceVersion } from './ports.ts';
import type { SourceKey, WorkloadKey } from './source-state.ts';

/** What is kept of a workload that asks for `edit`: less than a tenth of it. */
export interface Indexed {
  readonly member: Member;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly uid: string;
  readonly settings: Pick<Settings, 'windows'>;
  /** It rolls for no edit while it is as it is: paused, or turned down by somebody. */
  readonly stays: boolean;
  /** The number of the spec that the progress is of. */
  readonly generation: number;
  readonly progress: Progress;
  /** Tells one failure from another. Undefined: it has not failed. */
  readonly failure: string | undefined;
  /** How long its rollout may take, in milliseconds. Undefined: it does not say. */
  readonly deadlineMs: number | undefined;
  readonly note: EditedNote | undefined;
  /** It has no pods, so it says nothing of what they would do. */
  readonly idle: boolean;
  readonly contents: Contents;
  /** Its configuration is on record. */
  readonly recorded: boolean;
}

export type IndexedRollout = Pick<Indexed, 'generation' | 'progress' | 'failure' | 'deadlineMs' | 'idle'>;

export const keyOf = ({ resource }: WorkloadKind, { namespace, name }: Place): WorkloadKey =>
  `${resource}/${namespace}/${name}`;

export const sourceKey = (namespace: string, id: string): SourceKey => `${namespace}/${id}`;

export const sourceKeyOf = ({ kind, namespace, name }: Pick<SourceVersion, 'kind' | 'namespace' | 'name'>) =>
  sourceKey(namespace, sourceId({ kind, name }));

export const namespaceOfSource = (key: SourceKey): string => key.slice(0, key.indexOf('/'));

/** For messages: `configmap/app`. */
export const idsOf = (sources: readonly SourceKey[]): readonly string[] => sources.map(idOfSource);

/** The source's id, as its workloads' namespace knows it. */
export const idOfSource = (key: SourceKey): string => key.slice(key.indexOf('/') + 1);

export interface IndexRules {
  readonly defaults: Defaults;
  readonly settleMs: number;
}

/** The settings and sources of a workload. Undefined: it wants no rollouts, or lists more than a review looks at. */
function scopeOf(workload: Workload, { defaults }: IndexRules) {
  try {
    if (injectSwitch(workload, defaults.compat).says === 'disabled') return undefined;
    const settings = workloadSettings(workload, defaults);
    const references = referencesInScope(workload.template, settings);
    return { settings, ids: [...new Set(references.map(sourceId))] };
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return undefined;
    throw error;
  }
}

/** What the template of a workload records of its sources. */
export function contentsOf(workload: Workload, ids: readonly string[]): Contents {
  const key = (id: string) => sourceKey(workload.namespace, id);
  // What is on record then is not what the pods read.
  if (recordedHold(workload)) return new Map(ids.map((id) => [key(id), UNDONE]));
  const { hash, sources = {}, hashOnly = false } = recordedState(workload) ?? {};
  return new Map(
    ids.flatMap((id) => {
      const content = hashOnly ? hash : sources[id];
      return content === undefined ? [] : [[key(id), content]];
    }),
  );
}

/** What is kept of a workload. Undefined: an edit of its sources does not concern it. */
export function indexed(workload: Workload, rules: IndexRules): Indexed | undefined {
  const { kind, namespace, metadata, templateRef } = workload;
  const { name, uid, generation } = metadata;
  // An API server always sets them.
  if (!name || !uid) return undefined;
  if (templateRef) return undefined;
  const scope = scopeOf(workload, rules);
  if (!scope || scope.ids.length === 0 || !scope.settings.rollOn.includes('edit')) return undefined;
  const { settings, ids } = scope;
  const { hash, baseline } = marksOf(workload);
  return {
    member: {
      key: keyOf(kind, { namespace, name }),
      namespace,
      sources: ids.map((id) => sourceKey(namespace, id)),
      settleMs: settings.settleMs ?? rules.settleMs,
      first: settings.first,
    },
    kind,
    name,
    uid,
    settings: { windows: settings.windows },
    stays: workload.paused || workload.rollout.stage === 'aborted',
    generation: generation ?? 0,
    progress: progressOf(workload),
    failure: workload.rollout.failure,
    deadlineMs: deadlineOf(workload),
    note: parseEditedNote(metadata.annotations),
    idle: isIdle(workload),
    contents: contentsOf(workload, ids),
    recorded: hash !== undefined || baseline !== undefined,
  };
}

/** `deployment/web` */
export const nameOfIndexed = ({ kind, name }: Indexed): string => nameOf({ kind, metadata: { name } });
