/** lockstep on a node whose clock is set: on SIGUSR2 it jumps an hour ahead, and back with the next one. */
import { shiftClock } from '../kit/shift-clock.ts';

let aheadMs = 0;
shiftClock(() => aheadMs);
process.on('SIGUSR2', () => {
  aheadMs = aheadMs === 0 ? 3_600_000 : 0;
});
await import('../../src/main.ts');
