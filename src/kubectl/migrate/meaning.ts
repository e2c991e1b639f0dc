import { injectSwitch, workloadSettings } from '../../policy/compat.ts';
import { referencesInScope } from '../../policy/in-scope.ts';
import type { Defaults } from '../../policy/settings.ts';
import type { SourcePattern } from '../../references/pattern.ts';
import { printSourceList } from '../../references/source-list.ts';
import { byCodeUnit, type Usage, usages } from '../../references/usage.ts';
import type { Workload } from '../../workloads/workload.ts';

const WHOLE = ['configmap/*', 'secret/*'];

const listOf = (patterns: readonly SourcePattern[]): readonly string[] =>
  [...new Set(patterns.map((pattern) => printSourceList([pattern])))].sort(byCodeUnit);

/** The sources that alone count. A list of all of them is none. */
function onlyOf(only: readonly SourcePattern[] | undefined): readonly string[] | undefined {
  const list = only && listOf(only);
  return list && WHOLE.every((each) => list.includes(each)) ? undefined : list;
}

/** All that annotations and labels of a workload have lockstep do, so that two workloads can be compared. */
export type Meaning =
  | { readonly says: 'disabled' }
  | {
      readonly says: 'enabled' | 'nothing';
      readonly usages: readonly Usage[];
      readonly only: readonly string[] | undefined;
      readonly ignore: readonly string[];
      readonly ifMarked: readonly string[];
      readonly rollOn: readonly string[];
      readonly rest: readonly unknown[];
    };

/**
 * What a workload has lockstep do.
 * @param defaults with the peers whose annotations count
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function meaningOf(workload: Workload, defaults: Defaults): Meaning {
  const { says } = injectSwitch(workload, defaults.compat);
  const settings = workloadSettings(workload, defaults);
  if (says === 'disabled') return { says };
  const { only, ignore, peers, rollOn, settleMs, first, windows } = settings;
  return {
    says: says === 'enabled' ? says : 'nothing',
    usages: usages(referencesInScope(workload.template, settings)),
    only: onlyOf(only),
    ignore: listOf(ignore),
    ifMarked: [...new Set(peers.ifMarked)].sort(byCodeUnit),
    rollOn,
    rest: [settleMs, first, windows],
  };
}
