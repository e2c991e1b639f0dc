import { describe } from 'vitest';
import { DAEMON_SET, DEPLOYMENT, type Kind, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';

/**
 * The kinds of workload that tests of invariants run for. What a kind differs in stands in `lab/lockstep/kinds.ts`, and
 * `docs/guarantees.md` says which tests run for which kinds. Tests of what does not differ run for Deployments alone:
 * digests, the transport, and what a review may cost.
 */
export const KINDS: readonly Kind[] = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET];

/** Those that have replicas. */
export const SCALED_KINDS: readonly Kind[] = KINDS.filter(({ scales }) => scales);

/** Those whose pods can read copies. */
export const PINNED_KINDS: readonly Kind[] = KINDS;

/** How many pods it has with this number of replicas: a DaemonSet has one, as there is one node. */
export const podCount = ({ scales }: Kind, replicas: number): number => (scales ? replicas : 1);

/**
 * Tests that run for each kind. All of them run beside each other, so each needs a namespace of its own, and may neither
 * restart nor register lockstep. `expect.poll` is that of the test's context.
 */
export const describeKinds = (name: string, tests: (kind: Kind) => void, kinds = KINDS): void =>
  describe.concurrent.each(kinds)(`${name}: $kind`, tests);

/** Does the same for each kind at the same time, for tests that cannot run beside others. */
export const forKinds = <T>(act: (kind: Kind) => Promise<T>, kinds = KINDS): Promise<readonly T[]> =>
  Promise.all(kinds.map((kind) => act(kind)));

/** Does the same in each of these namespaces at the same time. */
export const onEach = <T>(
  boxes: readonly Sandbox[],
  act: (box: Sandbox) => Promise<T>,
): Promise<readonly T[]> => Promise.all(boxes.map((box) => act(box)));
