import { adopted } from './adopted.ts';
import { checked } from './checked.ts';
import { comesToRest } from './comes-to-rest.ts';
import { held } from './held.ts';
import type { History } from './history.ts';
import { inStep } from './in-step.ts';
import { neverInTheWay } from './never-in-the-way.ts';
import { neverWorse } from './never-worse.ts';
import { noStaleStart } from './no-stale-start.ts';
import { oneRollout } from './one-rollout.ts';
import { podsAlike } from './pods-alike.ts';
import { quiet } from './quiet.ts';
import { type Exemption, INVARIANTS, type Invariant, type Verdict, type Violation } from './verdict.ts';

const RULES: Readonly<Record<Invariant, (history: History) => readonly Verdict[]>> = {
  'In step': inStep,
  'No stale start': noStaleStart,
  'One rollout': oneRollout,
  Quiet: quiet,
  'Pods alike': podsAlike,
  Held: held,
  Checked: checked,
  'Comes to rest': comesToRest,
  'Never worse': neverWorse,
  Adopted: adopted,
  'Never in the way': neverInTheWay,
};

/** How many verdicts an invariant gave. */
export interface Count {
  readonly held: number;
  readonly exempt: ReadonlyMap<Exemption, number>;
}

export interface Checked {
  readonly violations: readonly Violation[];
  readonly counts: ReadonlyMap<Invariant, Count>;
}

function count(verdicts: readonly Verdict[]): Count {
  const exempt = new Map<Exemption, number>();
  for (const verdict of verdicts)
    if (verdict.kind === 'exempt') exempt.set(verdict.why, (exempt.get(verdict.why) ?? 0) + 1);
  return { held: verdicts.filter(({ kind }) => kind === 'held').length, exempt };
}

/** Checks all invariants against a history. Pure. */
export function check(history: History): Checked {
  const verdicts = INVARIANTS.map((invariant) => [invariant, RULES[invariant](history)] as const);
  const violations = verdicts.flatMap(([invariant, list]) =>
    list.flatMap((verdict) => {
      if (verdict.kind !== 'violated') return [];
      return [{ invariant, message: verdict.message, version: verdict.version }];
    }),
  );
  return { violations, counts: new Map(verdicts.map(([invariant, list]) => [invariant, count(list)])) };
}
