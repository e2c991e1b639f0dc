import { sourceId } from '../../references/sources.ts';
import type { Run } from '../command.ts';
import type { WorkloadImpact } from '../impact/impact-report.ts';
import { readImpacts } from '../impact/impacts.ts';
import type { ImpactOutcome } from '../impact/outcome.ts';
import { wantedEdits } from '../impact/wanted.ts';
import { type OutputValues, printList, printNotes } from '../printing/output.ts';
import { progressOn } from '../printing/progress.ts';
import type { Colour, Column } from '../printing/table.ts';
import { subjectOf } from '../report.ts';
import { keysText } from '../users.ts';
import type { IMPACT } from './impact-info.ts';

const COLOURS: Readonly<Record<ImpactOutcome, Colour | undefined>> = {
  Rolls: 'red',
  Waits: 'yellow',
  NewPodsOnly: 'yellow',
  Stays: 'green',
  Unknown: 'grey',
};

const orUnknown = (count: number | undefined): string => (count === undefined ? '<unknown>' : String(count));

const usesText = ({ uses }: WorkloadImpact): string =>
  uses.map(({ kind, name, keys }) => `${kind.toLowerCase()}/${name}: ${keysText(keys)}`).join('; ');

const NAMESPACE: Column<WorkloadImpact> = { header: 'NAMESPACE', cell: ({ metadata }) => metadata.namespace };
const COLUMNS: readonly Column<WorkloadImpact>[] = [
  { header: 'NAME', cell: subjectOf },
  { header: 'OUTCOME', cell: ({ outcome }) => outcome, colour: ({ outcome }) => COLOURS[outcome] },
  { header: 'WHEN', cell: ({ when }) => when },
  { header: 'PODS', cell: ({ pods }) => orUnknown(pods) },
  {
    header: 'AT ONCE',
    cell: ({ outcome, atOnce }) =>
      outcome === 'Rolls' && atOnce === undefined ? '<steps>' : orUnknown(atOnce),
  },
  { header: 'REASON', cell: ({ reason }) => reason, wide: true },
  { header: 'PINNED', cell: ({ pinned }) => String(pinned), wide: true },
  { header: 'USES', cell: usesText, wide: true },
  { header: 'WHY', cell: ({ message }) => message },
];

/** `2 of 5 workloads that use configmap/app roll: 4 pods.` */
export function summaryOf(impacts: readonly WorkloadImpact[], sources: string): string {
  const rolling = impacts.filter(({ outcome }) => outcome === 'Rolls');
  const pods = rolling.reduce((sum, each) => sum + (each.pods ?? 0), 0);
  const isAll = rolling.every((each) => each.pods !== undefined);
  const count = `${isAll ? '' : 'at least '}${pods} ${pods === 1 ? 'pod' : 'pods'}`;
  const noun = impacts.length === 1 ? 'workload that uses' : 'workloads that use';
  const verb = rolling.length === 1 ? 'rolls' : 'roll';
  return `${rolling.length} of ${impacts.length} ${noun} ${sources} ${verb}: ${count}.`;
}

const paceText = (most: number): string =>
  `After an edit, at most ${most} workloads of a namespace roll at once, and the others wait until the first has ` +
  'proved it.\n';

/** `kubectl lockstep impact` */
export const impact: Run<(typeof IMPACT)['options']> = async (session, { args, values }) => {
  const { io, namespace } = session;
  const output: OutputValues = values;
  const edits = await wantedEdits(io, args, values, namespace);
  const progress = progressOn(io);
  const { impacts, notes } = await readImpacts(session, edits, (count) =>
    progress.show('Reading workloads', count),
  ).finally(() => progress.end());
  printNotes(io, notes);
  const isWide = new Set(edits.map((edit) => edit.namespace)).size > 1;
  const sources = edits.map(sourceId).join(', ');
  printList(
    io,
    {
      columns: isWide ? [NAMESPACE, ...COLUMNS] : COLUMNS,
      rows: impacts,
      listKind: 'WorkloadImpactList',
      nameOf: subjectOf,
      empty: `No workload in ${edits[0]?.namespace ?? namespace} namespace uses ${sources}.`,
    },
    output,
  );
  if (output.output.kind !== 'table' && output.output.kind !== 'wide') return 0;
  if (impacts.length === 0 || output.headers === false) return 0;
  const { policy } = await session.policy();
  io.out(`\n${summaryOf(impacts, sources)}\n`);
  if (impacts.some(({ occasions }) => occasions.includes('edit')))
    io.out(paceText(policy.pace.concurrentPerNamespace));
  return 0;
};
