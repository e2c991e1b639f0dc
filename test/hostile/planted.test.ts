import { expect, test } from 'vitest';
import { useCluster } from '../kit/use-cluster.ts';
import type { Attack } from './attack/steps.ts';
import { BUG_NAMES } from './bugs.ts';
import { RULES, type Rule } from './checker/fault.ts';
import { planted } from './planted-program.ts';
import { run } from './run.ts';
import type { Tally } from './tally.ts';

/** A Deployment with more sources than one of the bugs bears. The other bugs come out by themselves. */
const ATTACK: Attack = {
  family: 'reads',
  space: { kind: 'own', labels: {} },
  tenants: [
    [
      {
        do: 'deployment',
        write: 'create',
        name: 'web',
        shape: {
          references: [{ via: 'envFrom', kind: 'configmap', count: 8, name: 'many', optional: true }],
        },
      },
      { do: 'neighbour', trick: 'other value' },
    ],
  ],
};

/** What is found when the attacks are over. */
const AT_LAST: readonly Rule[] = ['Sweeps', 'Comes to rest'];

function missingIn({ found }: Tally): readonly Rule[] {
  const rules = new Set([...found.values()].map(({ fault }) => fault.rule));
  return RULES.filter((rule) => !rules.has(rule));
}

/** `npm run hostile -- --bug NAME` shows which of them breaks which rule. */
test('with all planted bugs at once, each rule finds its own', async () => {
  const tally = await run(useCluster(), {
    ...{
      seed: 1,
      from: 0,
      cases: 50,
      families: [],
      attack: ATTACK,
      direct: false,
      policies: false,
      onlyApiServer: false,
    },
    isEnough: (now) => missingIn(now).every((rule) => AT_LAST.includes(rule)),
    ...{ deadlineSeconds: 5, graceMs: 1_000, pauseMs: 50, patienceMs: 3_000 },
    ...{ timeLimitMs: 60_000, shrinkMs: 0, program: planted(BUG_NAMES) },
  });
  expect(missingIn(tally)).toEqual([]);
}, 240_000);
