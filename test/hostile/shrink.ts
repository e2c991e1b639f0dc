import { smallerAttacks } from './attack/smaller.ts';
import type { Attack } from './attack/steps.ts';
import { type Fault, kindOf } from './checker/fault.ts';
import type { Session } from './session.ts';

export interface ShrinkOptions {
  readonly attack: Attack;
  readonly wanted: Fault;
  readonly shrinkMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Whether what one case took may still show in the next: memory, connections, a stopped event loop. */
export const leavesTraces = ({ rule }: Fault): boolean =>
  rule === 'In bounds' || rule === 'Lives' || rule === 'Answered' || rule === 'Checked';

/**
 * Plays smaller attacks until the time is over, or until none has the fault.
 * @returns the smallest with a fault of the same kind. undefined: the attack itself does not have it again
 */
export async function shrink(session: Session, options: ShrinkOptions): Promise<Attack | undefined> {
  const { attack, wanted, shrinkMs, signal } = options;
  const isSame = (fault: Fault) => kindOf(fault) === kindOf(wanted);
  const end = performance.now() + shrinkMs;

  async function comesAgain(tried: Attack): Promise<boolean> {
    if (leavesTraces(wanted)) await session.renew();
    await session.play(tried);
    // A fault that leaves traces came while the attack was played, and a sweep comes later.
    if (!leavesTraces(wanted)) await session.linger(isSame);
    return session.take().some(isSame);
  }
  async function smallerThan(than: Attack): Promise<Attack | undefined> {
    for (const tried of smallerAttacks(than)) {
      if (performance.now() > end || signal?.aborted) return undefined;
      if (await comesAgain(tried)) return tried;
    }
    return undefined;
  }

  let smallest = (await comesAgain(attack)) ? attack : undefined;
  for (let next = smallest; next; next = await smallerThan(next)) smallest = next;
  if (leavesTraces(wanted)) await session.renew();
  return smallest;
}
