import type { PublishedPolicy } from '../../config/published.ts';
import { FIRST, ROLL_WINDOW, SETTLE } from '../../marks/names.ts';
import { workloadSettings } from '../../policy/compat.ts';
import type { Workload } from '../../workloads/workload.ts';
import { defaultsOf } from '../judge.ts';
import { chart, ofWorkload, type PolicyRow } from './policy-row.ts';

const seconds = (ms: number): string => `${ms / 1000}s`;

/** Settings that matter only if edits are followed. */
export function editRows(policy: PublishedPolicy, workload: Workload): readonly PolicyRow[] {
  const { settleMs, first, windows } = workloadSettings(workload, defaultsOf(policy));
  const { annotations } = workload.metadata;
  const isFirst = ['true', 'false'].includes(annotations?.[FIRST] ?? '');
  const windowsText =
    policy.pace.windows.length > 0 ? `${policy.pace.windows.length} of the chart` : 'always';
  return [
    {
      setting: 'settle',
      value: seconds(settleMs ?? policy.pace.settleMs),
      from: settleMs === undefined ? chart('edit.settle') : ofWorkload(SETTLE),
    },
    { setting: 'first', value: String(first), from: isFirst ? ofWorkload(FIRST) : 'default' },
    {
      setting: 'roll-window',
      value: windows ? (annotations?.[ROLL_WINDOW] ?? '') : windowsText,
      from: windows ? ofWorkload(ROLL_WINDOW) : chart('edit.windows'),
    },
  ];
}
