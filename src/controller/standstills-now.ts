import { nextOpeningMs } from '../policy/windows.ts';
import { waitsIn } from './counted.ts';
import type { Indexed } from './indexed.ts';
import type { Waiting } from './outlook.ts';
import { type Standstill, standstillsOf } from './standstills.ts';
import type { ControllerDeps, TermState } from './state.ts';

/** When the next window of a workload opens. */
const openingIn =
  ({ rules, clock }: ControllerDeps) =>
  ({ settings }: Indexed): number =>
    nextOpeningMs(settings.windows ?? rules.edit.windows, clock.now());

/** What stands still now. The count takes note of it. */
export function standstillsNow(
  { queue, index, deps, now }: Pick<TermState, 'queue' | 'index' | 'deps' | 'now'>,
  waiting: readonly Waiting[],
): readonly Standstill[] {
  const times = { nowMs: now(), opensAtMs: openingIn(deps) };
  const standstills = standstillsOf(waiting, queue, index, times);
  deps.tally.setWaits(waitsIn(standstills));
  return standstills;
}
