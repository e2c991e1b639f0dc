import { describe, expect, test } from 'vitest';
import { BUGS } from './bugs.ts';
import { check } from './checker/check.ts';
import type { Violation } from './checker/verdict.ts';
import type { Plan } from './operations.ts';
import { PLANS_FOR_BUGS } from './plans-for-bugs.ts';
import { planted } from './planted-program.ts';
import { toHistory } from './to-history.ts';
import { useArena } from './use-arena.ts';

const arena = useArena();

const violationsIn = async (plan: Plan): Promise<readonly Violation[]> =>
  check(toHistory(await arena().play(plan))).violations;

/** Each bug comes out at once, but for races on a busy machine. */
const TRIES = 5;

/** How many histories are played at the same time. */
const AT_ONCE = 8;

describe.each(PLANS_FOR_BUGS)('a planted bug, $bug', ({ bug, breaks, plan }) => {
  test(`breaks "${breaks}"`, async () => {
    await arena().become(planted(bug));
    for (let left = TRIES; left > 0; left -= 1) {
      const broken = (await violationsIn(plan)).map(({ invariant }) => invariant);
      if (broken.includes(breaks)) return;
      console.log(`not found, and played again. It broke: ${[...new Set(broken)].join(', ') || 'nothing'}`);
    }
    expect.fail(`not found in ${TRIES} histories`);
  }, 180_000);
});

test('each bug has a plan', () => {
  expect(new Set(PLANS_FOR_BUGS.map(({ bug }) => bug))).toEqual(new Set(Object.keys(BUGS)));
});

test('without a bug, none of these histories breaks anything', async () => {
  await arena().become({});
  const alone = PLANS_FOR_BUGS.filter(({ plan }) => plan.alone);
  const others = PLANS_FOR_BUGS.filter(({ plan }) => !plan.alone);
  const found: (readonly Violation[])[] = [];
  // A busy machine takes long to settle more of them at once.
  for (let first = 0; first < others.length; first += AT_ONCE)
    found.push(
      ...(await Promise.all(others.slice(first, first + AT_ONCE).map(({ plan }) => violationsIn(plan)))),
    );
  // Such a history changes which replicas answer, and so it is played by itself.
  for (const { plan } of alone) found.push(await violationsIn(plan));
  expect(found).toHaveLength(PLANS_FOR_BUGS.length);
  expect(found.flat()).toEqual([]);
}, 180_000);
