import { askAbout } from './ask.ts';
import { gatherWorkloads, judgeAll, placeOf } from './gather.ts';
import type { Judged, NotJudged } from './judge.ts';
import { progressOn } from './printing/progress.ts';
import type { Session } from './session.ts';
import { namedBy } from './workload-args.ts';

/** Where a command looks, and for which workloads. */
export interface Place {
  readonly allNamespaces?: boolean | undefined;
  readonly selector?: string | undefined;
}

/** Where a command looks: in all namespaces, or in one. */
export const placeAsked = (
  session: Pick<Session, 'namespace'>,
  { allNamespaces }: Pick<Place, 'allNamespaces'>,
): string | undefined => (allNamespaces ? undefined : session.namespace);

/**
 * Reads and judges the workloads that the command line asks for, sorted by their places, with progress on a terminal.
 * @throws LockstepError USAGE, NOT_FOUND, and what the API client throws
 */
export async function readJudged(
  session: Session,
  args: readonly string[],
  values: Place,
): Promise<{ readonly judged: readonly (Judged | NotJudged)[]; readonly notes: readonly string[] }> {
  const { workloads: named, kinds } = namedBy(args);
  const progress = progressOn(session.io);
  try {
    const gathered = await gatherWorkloads(session, {
      namespace: placeAsked(session, values),
      ...(kinds.length > 0 && { kinds }),
      ...(named.length > 0 && { named }),
      selector: values.selector,
      onProgress: (count) => progress.show('Reading workloads', count),
    });
    const judged = await askAbout(session, await judgeAll(gathered), (done, total) =>
      progress.show('Asking lockstep', done, total),
    );
    const sorted = judged.toSorted((a, b) => (placeOf(a.workload) < placeOf(b.workload) ? -1 : 1));
    return { judged: sorted, notes: gathered.notes };
  } finally {
    progress.end();
  }
}
