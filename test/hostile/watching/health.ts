import type { Replicas } from '../../../lab/lockstep/replicas.ts';
import type { Fault } from '../checker/fault.ts';
import { longestStop, type ProcessSample, sampleProcess } from './process-sample.ts';

/** The most that a replica may take. The chart's memory limit is 512 MiB. */
export const BOUNDS = { rssMiB: 400, files: 300, connections: 250, stopMs: 2_000 } as const;

/** The most that any replica took at any time. */
export type Peaks = { -readonly [K in keyof typeof BOUNDS]: number };

export interface Health {
  readonly peaks: Peaks;
  /** Looks at nothing until `resume`: the replicas are started anew. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

const EVERY_MS = 500;
/** How long an answer of a replica may take until it counts as stopped. The probe of liveness gives up after 5 s. */
const PATIENCE_MS = 30_000;

/** What is beyond its bound. Pure. */
export function boundFaults(
  sample: ProcessSample & { readonly stopMs: number },
  bounds: Readonly<Peaks> = BOUNDS,
): Fault[] {
  return (['rssMiB', 'files', 'connections', 'stopMs'] as const)
    .filter((of) => sample[of] > bounds[of])
    .map((of) => ({
      rule: 'In bounds',
      kind: of,
      message: `${of} of a replica: ${Math.round(sample[of])}, more than ${bounds[of]}`,
    }));
}

/** Looks at the processes of both replicas all the time. One that ended is started again. */
export function watchHealth(replicas: Replicas, onFault: (fault: Fault) => void): Health {
  const peaks: Peaks = { rssMiB: 0, files: 0, connections: 0, stopMs: 0 };
  const ended = new Set<number>();
  const asked = new Map<number, Promise<void>>();

  function askForStops(pid: number, adminPort: number): void {
    if (asked.has(pid)) return;
    const asking = longestStop(adminPort, PATIENCE_MS).then((stopMs) => {
      asked.delete(pid);
      note({ rssMiB: 0, files: 0, connections: 0, stopMs });
    });
    asked.set(pid, asking);
  }
  function note(sample: ProcessSample & { readonly stopMs: number }): void {
    for (const peak of ['rssMiB', 'files', 'connections', 'stopMs'] as const)
      peaks[peak] = Math.max(peaks[peak], sample[peak]);
    for (const fault of boundFaults(sample)) onFault(fault);
  }
  async function look(): Promise<void> {
    for (const [index, { pid, adminPort, lines }] of replicas.programs().entries()) {
      const sample = await sampleProcess(pid);
      if (sample) {
        note({ ...sample, stopMs: 0 });
        askForStops(pid, adminPort);
      } else if (!ended.has(pid)) {
        // While one is started, the other has to wait.
        if (!replicas.kill(index)) continue;
        ended.add(pid);
        onFault({
          rule: 'Lives',
          message: `replica ${index + 1} ended; its last lines:\n${lines.slice(-5).join('\n')}`,
        });
      }
    }
  }
  let paused = false;
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => (paused ? undefined : look()));
  }, EVERY_MS);
  const pause = () => {
    paused = true;
    return looking;
  };
  return {
    peaks,
    pause,
    resume() {
      paused = false;
    },
    async close() {
      clearInterval(timer);
      await pause();
    },
  };
}
