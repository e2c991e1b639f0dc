import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Answer, Caller } from '../../kit/caller.ts';
import type { BystanderCall } from '../checker/bystander-calls.ts';
import { chores, OPERATIONS, type Operation } from './chores.ts';
import type { Config } from './manifests.ts';

/** A namespace of the bystander. */
export interface HouseholdOptions {
  readonly namespace: string;
  readonly pinned: boolean;
  /** A neighbour may create ConfigMaps in it. */
  readonly shared: boolean;
  readonly call: Caller;
  /** The time between two operations. */
  readonly pauseMs: number;
  readonly seed: number;
  onCall(call: BystanderCall): void;
  /** A copy that nothing uses from now on. */
  onLeftover(name: string): void;
  /** A configuration that pods may read from now on, by its config hash. */
  onConfig(hash: string, config: Config): void;
}

export interface Household {
  /** Resolves when the operation that runs now is over. */
  lap(): Promise<void>;
  /** Begins no operation until `resume`. Resolves when the one that runs now is over. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the work, after the operation that runs now. */
  stop(): Promise<void>;
}

const operation = fc.record({
  name: fc.oneof(
    ...Object.entries(OPERATIONS).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name as Operation),
    })),
  ),
  replicas: fc.nat({ max: 3 }),
});
const DIFFERENT = 2_000;

/** Starts a household: it creates its objects, then works on until it is stopped. */
export async function startHousehold(options: HouseholdOptions): Promise<Household> {
  const { namespace, shared, pauseMs, seed, onCall } = options;
  const plain = { namespace, reviewed: false, shared };
  const report = (what: string, { auditId, status, warnings }: Answer, more: Partial<BystanderCall> = {}) =>
    onCall({ ...plain, auditId, what, status, warnings, ...more });
  const { settle, perform, repair } = chores(options, report);
  await settle();

  let stopped = false;
  let waiting: PromiseWithResolvers<void> | undefined;
  let current: Promise<void> = Promise.resolve();
  const plan = fc.sample(operation, { seed, numRuns: DIFFERENT });

  async function attempt(turn: number): Promise<void> {
    const { name, replicas } = plan[turn % DIFFERENT] ?? { name: 'annotate', replicas: 1 };
    const since = performance.now();
    try {
      await repair();
      await perform(name, replicas);
    } catch (error) {
      const what = `${name}: no answer after ${Math.round(performance.now() - since)} ms (${String(error)})`;
      onCall({ ...plain, auditId: '', what, status: 0, warnings: [] });
    }
  }
  async function work(): Promise<void> {
    for (let turn = 0; !stopped; turn += 1) {
      current = attempt(turn);
      await current;
      await sleep(pauseMs);
      await waiting?.promise;
    }
  }
  const working = work();
  const resume = () => {
    waiting?.resolve();
    waiting = undefined;
  };
  return {
    lap: () => current,
    pause() {
      waiting ??= Promise.withResolvers();
      return current;
    },
    resume,
    async stop() {
      stopped = true;
      resume();
      await working;
    },
  };
}
