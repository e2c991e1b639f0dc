import type { ApiClient } from '../api/client.ts';
import type { PageOptions } from '../api/pages.ts';
import type { Orphan, PresentRevision, RevisionId, SoughtRevision } from '../in-step/ports.ts';
import { sameCopies, templateMarksOf } from '../marks/marks.ts';
import { revisionsOf } from '../marks/same-template.ts';
import type { PodTemplate } from '../workloads/pod-template.ts';
import { anyControllerOf, controllerOf, type OwnedMeta } from '../workloads/replica-set.ts';
import type { Workload } from '../workloads/workload.ts';
import { selectedItems } from './items.ts';

/** A template takes a few KiB, seldom a hundred. A workload keeps ten earlier revisions by default. */
const PAGE_SIZE = 50;
const MOST_REVISIONS = 500;

/** How objects of one kind keep the templates of workloads. */
export interface Keeping<T extends { readonly metadata: OwnedMeta }> {
  readonly resource: string;
  /** The API path of these objects in a namespace. */
  folder(namespace: string): string;
  readonly decode: PageOptions<T>['decode'];
  idOf(revision: T): RevisionId | null | undefined;
  templateOf(revision: T): PodTemplate | null | undefined;
  /** The workload's controller gives the highest number to the template that it has seen last. */
  numberOf(revision: T, workload: Workload): number;
  /** The present revision of a workload, if none has its template. */
  byNumber(own: readonly T[], workload: Workload): T | undefined;
  /** Whether a revision without a workload may have pods, as far as it says itself. */
  mayHavePods(revision: T): boolean;
  /** Whether it has pods. */
  hasPods(client: ApiClient, revision: T, workload: Workload, signal: AbortSignal): Promise<boolean>;
}

/** The revisions that a workload selects. Undefined: there are too many to look at, or it selects none. */
export function selectedRevisions<T extends { readonly metadata: OwnedMeta }>(
  { resource, folder, decode }: Pick<Keeping<T>, 'resource' | 'folder' | 'decode'>,
  client: ApiClient,
  { namespace, selector }: Workload,
  signal: AbortSignal,
  isWanted: (revision: T) => boolean,
): Promise<readonly T[] | undefined> {
  const place = { resource, folder: folder(namespace), selector };
  const bounds = { size: PAGE_SIZE, most: MOST_REVISIONS, decode };
  return selectedItems(client, place, bounds, signal, isWanted);
}

export const isOwnedBy = (
  { kind, metadata }: Workload,
  revision: { readonly metadata: OwnedMeta },
): boolean => metadata.uid !== undefined && controllerOf(revision.metadata, kind.kind)?.uid === metadata.uid;

export function newestOf<T extends { readonly metadata: OwnedMeta }>(
  { numberOf }: Pick<Keeping<T>, 'numberOf'>,
  revisions: readonly T[],
  workload: Workload,
): T | undefined {
  return revisions.toSorted((a, b) => numberOf(b, workload) - numberOf(a, workload))[0];
}

/**
 * Finds the revision of a workload's present template, as `RevisionReads.present` does. Undefined: nothing keeps the
 * template yet.
 */
export async function presentRevision<T extends { readonly metadata: OwnedMeta }>(
  keeping: Keeping<T>,
  client: ApiClient,
  workload: Workload,
  signal: AbortSignal,
): Promise<T | 'unknown' | undefined> {
  const own = await selectedRevisions(keeping, client, workload, signal, (each) => isOwnedBy(workload, each));
  if (!own) return 'unknown';
  const isOfTemplate = revisionsOf(workload.template, 'same-marks', workload.kind);
  const ofTemplate = own.filter((each) => isOfTemplate(keeping.templateOf(each)));
  return newestOf(keeping, ofTemplate, workload) ?? keeping.byNumber(own, workload);
}

/** Reads revisions of one kind. */
export interface RevisionReads {
  /**
   * Finds the revision of a workload's present template by the template itself, as its controller does. So it is found
   * while the controller lags, and none is found while a new template waits in a paused workload.
   */
  present(client: ApiClient, workload: Workload, signal: AbortSignal): Promise<PresentRevision>;
  /**
   * Finds the revision with pods that a workload adopts when it is created: it has no controller, and the workload's
   * template. lockstep's marks on it may be other ones.
   */
  orphaned(client: ApiClient, workload: Workload, signal: AbortSignal): Promise<Orphan | undefined>;
  /** Whether one of a workload's own revisions is the one that is sought. */
  has(client: ApiClient, workload: Workload, sought: SoughtRevision, signal: AbortSignal): Promise<boolean>;
}

export function revisionReads<T extends { readonly metadata: OwnedMeta }>(
  keeping: Keeping<T>,
): RevisionReads {
  const { idOf, templateOf } = keeping;
  return {
    async present(client, workload, signal) {
      const present = await presentRevision(keeping, client, workload, signal);
      if (present === 'unknown') return { kind: 'unknown' };
      const id = present && idOf(present);
      return id ? { kind: 'found', id } : { kind: 'not-yet' };
    },

    async orphaned(client, workload, signal) {
      const isOfTemplate = revisionsOf(workload.template, 'any-marks', workload.kind);
      const orphans = await selectedRevisions(keeping, client, workload, signal, (each) => {
        const isFree = !anyControllerOf(each.metadata) && !each.metadata.deletionTimestamp;
        return isFree && keeping.mayHavePods(each) && isOfTemplate(templateOf(each));
      });
      const found = newestOf(keeping, orphans ?? [], workload);
      const id = found && idOf(found);
      if (!found || !id || !(await keeping.hasPods(client, found, workload, signal))) return undefined;
      return {
        id,
        annotations: found.metadata.annotations ?? {},
        templateAnnotations: templateOf(found)?.metadata?.annotations ?? {},
      };
    },

    async has(client, workload, { marks, template }, signal) {
      const isOfTemplate = template ? revisionsOf(template, 'same-marks', workload.kind) : () => true;
      const found = await selectedRevisions(keeping, client, workload, signal, (each) => {
        const its = templateMarksOf(templateOf(each)?.metadata?.annotations);
        const isMarked = its.hash === marks.hash && sameCopies(its, marks);
        return isMarked && isOwnedBy(workload, each) && isOfTemplate(templateOf(each));
      });
      return found !== undefined && found.length > 0;
    },
  };
}
