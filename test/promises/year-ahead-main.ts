/** lockstep on a node whose clock is 400 days ahead. */
import { shiftClock } from '../kit/shift-clock.ts';

shiftClock(400 * 86_400_000);
await import('../../src/main.ts');
