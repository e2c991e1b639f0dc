import type { PublishedPolicy } from '../config/published.ts';
import { counts, type SourceMark } from '../marks/ignore.ts';
import { IGNORE, ONLY } from '../marks/names.ts';
import { workloadSettings } from '../policy/compat.ts';
import { referencesInScope } from '../policy/in-scope.ts';
import { settingsOf } from '../policy/settings.ts';
import { onlyReferences, remainingReferences } from '../references/counting.ts';
import type { Reference } from '../references/references.ts';
import { type Keys, sourceId } from '../references/sources.ts';
import type { Workload } from '../workloads/workload.ts';
import { defaultsOf } from './judge.ts';

/** Why keys of a reference do not count. */
export interface Ignored {
  /** Its keys, or patterns of keys. `all`: nothing of it counts. `others`: all but those that count. */
  readonly keys: Keys | 'others';
  /** By whose word: `lockstep.dev/ignore of the workload`, `--ignore of the cluster`. */
  readonly by: string;
}

/** What counts of a reference, and by whose word the rest does not. */
export interface Counted {
  readonly reference: Reference;
  /** Nothing of it counts: an empty list. */
  readonly counting: readonly Reference[];
  readonly ignored: readonly Ignored[];
}

/** A word that takes something out of what counts. */
interface Word {
  readonly by: string;
  remaining(references: readonly Reference[]): readonly Reference[];
}

const ifMarked = (reference: Reference): Reference => ({ ...reference, ifMarked: true });

/** The words about a workload's sources, in the order in which they are looked at. */
function wordsOf(
  policy: PublishedPolicy,
  workload: Workload,
  markOf: (id: string) => SourceMark | undefined,
): readonly Word[] {
  const defaults = defaultsOf(policy);
  const annotations = workload.metadata.annotations;
  const own = settingsOf(annotations, { ...defaults, ignore: [] });
  const { peers, only } = workloadSettings(workload, defaults);
  const isOwnOnly = own.only !== undefined;
  const isIfMarked = (each: Reference) =>
    peers.ifMarked.includes(each.kind) && onlyReferences([each], only ?? []).length === 0;
  return [
    {
      by: 'Secrets are switched off in this cluster',
      remaining: (all) => (defaults.secrets ? all : all.filter(({ kind }) => kind !== 'secret')),
    },
    { by: 'ignore of the cluster', remaining: (all) => remainingReferences(all, defaults.ignore) },
    { by: `${IGNORE} of the workload`, remaining: (all) => remainingReferences(all, own.ignore) },
    {
      by: isOwnOnly ? `${ONLY} of the workload` : 'annotations of Reloader or Wave',
      remaining: (all) =>
        only
          ? [
              ...onlyReferences(all, only),
              ...(isOwnOnly ? [] : all.filter((each) => isIfMarked(each)).map(ifMarked)),
            ]
          : all,
    },
    { by: 'annotations of Reloader', remaining: (all) => remainingReferences(all, peers.ignore) },
    {
      by: `${IGNORE} of the source`,
      remaining: (all) => all.filter((each) => !markOf(sourceId(each))?.ignored),
    },
    {
      by: 'a mark of Reloader that the source lacks',
      remaining: (all) =>
        all.filter((each) => {
          const mark = markOf(sourceId(each));
          return !mark || counts(each, { ...mark, ignored: false });
        }),
    },
  ];
}

function lostKeys({ keys }: Reference, after: Reference): Ignored['keys'] {
  if (keys === 'all') return after.keys === 'all' ? after.except : 'others';
  return keys.filter((key) => !after.keys.includes(key));
}

function countedBy(words: readonly Word[], reference: Reference): Counted {
  let counting: readonly Reference[] = [reference];
  const ignored: Ignored[] = [];
  for (const { by, remaining } of words) {
    const [before] = counting;
    if (!before) break;
    counting = remaining([{ ...before, except: [] }]);
    const [after] = counting;
    if (!after) ignored.push({ keys: 'all', by });
    else {
      const lost = lostKeys(before, after);
      if (lost.length > 0) ignored.push({ keys: lost, by });
      counting = [{ ...after, except: [...before.except, ...after.except] }];
    }
  }
  return { reference, counting, ignored };
}

/**
 * What counts of these references of a workload's template, and by whose word the rest does not.
 * @param markOf what the annotations of a source say. Undefined: they are not known
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function countedReferences(
  policy: PublishedPolicy,
  workload: Workload,
  references: readonly Reference[],
  markOf: (id: string) => SourceMark | undefined,
): readonly Counted[] {
  const words = wordsOf(policy, workload, markOf);
  return references.map((reference) => countedBy(words, reference));
}

/** The references that count although the template does not have them: annotations name them. */
export function furtherReferences(policy: PublishedPolicy, workload: Workload): readonly Reference[] {
  const settings = workloadSettings(workload, defaultsOf(policy));
  return referencesInScope(workload.template, settings).filter(({ where }) => where.startsWith('metadata.'));
}
