import type { Invocation, RunOffline } from '../command.ts';
import { usageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { ORIGINS, type Origin } from '../migrate/finding.ts';
import { foundInCluster } from '../migrate/in-cluster.ts';
import { migratedFiles } from '../migrate/in-files.ts';
import { reportCluster } from '../migrate/print-cluster.ts';
import { givenSetting, reportFiles } from '../migrate/print-files.ts';
import { progressOn } from '../printing/progress.ts';
import { readFiles } from '../read-files.ts';
import { placeAsked } from '../read-judged.ts';
import type { Session } from '../session.ts';
import { namedBy } from '../workload-args.ts';
import type { MIGRATE } from './migrate-info.ts';

type MigrateValues = Invocation<(typeof MIGRATE)['options']>['values'];

function originOf([first]: readonly string[]): Origin {
  const origin = ORIGINS.find((each) => each === first);
  if (origin === undefined) throw usageError(`say what to migrate from: ${ORIGINS.join(', ')}`);
  return origin;
}

async function inCluster(session: Session, origin: Origin, args: readonly string[], values: MigrateValues) {
  const { workloads: named, kinds } = namedBy(args);
  const progress = progressOn(session.io);
  try {
    return await foundInCluster(session, origin, {
      namespace: placeAsked(session, values),
      selector: values.selector,
      ...(kinds.length > 0 && { kinds }),
      ...(named.length > 0 && { named }),
      onProgress: (count) => progress.show('Reading workloads', count),
    });
  } finally {
    progress.end();
    await session.close();
  }
}

async function inFiles(
  io: Io,
  origin: Origin,
  args: readonly string[],
  values: MigrateValues,
): Promise<0 | 1> {
  if (values.allNamespaces || values.selector !== undefined || args.length > 0)
    throw usageError('-A, -l and names of workloads are for the cluster: leave them away with -f');
  if (values.output.kind !== 'table')
    throw usageError('-o is for the cluster: with -f, the manifests are printed, or their --diff');
  const files = await readFiles(io, values.filename ?? [], values.recursive);
  return reportFiles(
    io,
    migratedFiles(origin, files, givenSetting(values), values.namespace ?? 'default'),
    origin,
    values,
  );
}

/** `kubectl lockstep migrate` */
export const migrate: RunOffline<(typeof MIGRATE)['options']> = async (io, { args, values }, open) => {
  const origin = originOf(args);
  const rest = args.slice(1);
  if (values.filename) return inFiles(io, origin, rest, values);
  if (values.diff || values.recursive) throw usageError('--diff and -R are for manifests: name them with -f');
  return reportCluster(io, await inCluster(await open(), origin, rest, values), origin, values);
};
