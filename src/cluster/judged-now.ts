import type { Judged } from '../census/standing.ts';
import { bring, type Target } from '../in-step/bring.ts';
import type { InStepDeps } from '../in-step/ports.ts';
import type { Conduct } from '../in-step/prepare.ts';
import { pinLabel } from '../policy/managed.ts';
import { modeOf } from '../policy/mode.ts';

/** What nobody asks for may fail, and is tried again. */
const CONDUCT = { onError: 'allow' } satisfies Partial<Conduct>;

/**
 * Judges a workload as it is now, and brings it into step unless that is a dry run. No path of a review tells what the
 * namespace says, so it is read.
 */
export async function judgedNow(
  deps: InStepDeps,
  target: Omit<Target, 'pinNamespace'>,
  dryRun: boolean,
): Promise<Judged> {
  const namespace = await deps.namespaces.read(target.namespace, target.signal);
  if (!namespace) return { kind: 'gone', observes: false };
  const pinNamespace = pinLabel(namespace.labels).says === 'enabled';
  // No selector of a registration has filtered it. Before a write, `bring` reads the namespace again.
  const namespaces = dryRun ? { disabledAreFiltered: false, read: async () => namespace } : deps.namespaces;
  const brought = await bring({ ...deps, namespaces }, { ...target, pinNamespace }, { ...CONDUCT, dryRun });
  return { ...brought, observes: modeOf(namespace.labels, deps.mode) === 'observe' };
}
