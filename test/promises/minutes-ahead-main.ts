/** lockstep on a node whose clock is ten minutes ahead. */
import { shiftClock } from '../kit/shift-clock.ts';

shiftClock(600_000);
await import('../../src/main.ts');
