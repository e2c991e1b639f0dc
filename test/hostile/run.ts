import { loadavg } from 'node:os';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import { attackOf, type FamilyName } from './attack/families.ts';
import type { Attack } from './attack/steps.ts';
import { type Fault, kindOf } from './checker/fault.ts';
import { openSession, type SessionOptions } from './session.ts';
import { leavesTraces, shrink } from './shrink.ts';
import { addCall, emptyTally, type Found, type Tally } from './tally.ts';

export interface RunOptions extends Omit<SessionOptions, 'onCall'> {
  /** The first case of the seed to play. */
  readonly from: number;
  /** How many cases at most. */
  readonly cases: number;
  /** The time after which no further case begins. */
  readonly timeLimitMs: number;
  /** How long to look for a smaller attack with the same kind of fault. 0: not at all. */
  readonly shrinkMs: number;
  readonly families: readonly FamilyName[];
  /** The attack of every case, instead of random ones. */
  readonly attack?: Attack;
  /** Whether no further case need begin. */
  readonly isEnough?: (tally: Tally) => boolean;
  readonly signal?: AbortSignal;
  readonly onCase?: (index: number, attack: Attack, calls: number, ms: number) => void;
  readonly onFound?: (found: Found) => void;
}

/** Plays attacks while the bystander works, and goes on after a fault. */
export async function run(cluster: ClusterClient, options: RunOptions): Promise<Tally> {
  const { seed, from, cases, timeLimitMs, shrinkMs, families, signal } = options;
  const attackAt = (index: number) => options.attack ?? attackOf(seed, index, families);
  const tally = emptyTally();
  const session = await openSession(cluster, { ...options, onCall: (call) => addCall(tally, call) });
  /** The case of each namespace: a sweep may come to it later. */
  const caseOf = new Map<string, number>();

  /** Counts a fault. The first of its kind is shown with the smallest attack that comes to it. */
  async function file(fault: Fault, current: number | undefined): Promise<void> {
    const kind = kindOf(fault);
    const known = tally.found.get(kind);
    if (known) {
      known.times += 1;
      return;
    }
    const index = caseOf.get(fault.namespace ?? '') ?? current;
    const found: Found = { fault, kind, times: 1, index };
    tally.found.set(kind, found);
    if (index !== undefined) {
      const attack = attackAt(index);
      found.attack = attack;
      options.onFound?.(found);
      if (shrinkMs > 0 && !signal?.aborted)
        found.smallest = await shrink(session, { attack, wanted: fault, shrinkMs, signal });
    }
    options.onFound?.(found);
  }

  async function fileAll(current: number | undefined): Promise<void> {
    const faults = session.take();
    for (const fault of faults) await file(fault, current);
    if (shrinkMs > 0 && faults.some(leavesTraces)) await session.renew();
  }

  const end = performance.now() + timeLimitMs;
  try {
    for (let index = from; index < from + cases; index += 1) {
      if (performance.now() > end || signal?.aborted || options.isEnough?.(tally)) break;
      const attack = attackAt(index);
      const since = performance.now();
      const { namespace, calls } = await session.play(attack);
      caseOf.set(namespace, index);
      tally.cases.set(attack.family, (tally.cases.get(attack.family) ?? 0) + 1);
      tally.tenantCalls += calls;
      tally.loads.push(loadavg()[0] ?? 0);
      options.onCase?.(index, attack, calls, performance.now() - since);
      await fileAll(index);
    }
    await session.linger();
    await fileAll(undefined);
    await session.rest();
    await fileAll(undefined);
    tally.peaks = { ...session.peaks };
    return tally;
  } finally {
    await session.close();
  }
}
