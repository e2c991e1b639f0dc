/** lockstep that collects its garbage on SIGUSR2. */
import { collectOnSignal } from '../kit/collect-garbage.ts';

collectOnSignal();
await import('../../src/main.ts');
