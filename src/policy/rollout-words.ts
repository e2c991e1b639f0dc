import type { Strategy } from '../workloads/strategy.ts';
import type { WorkloadOperation } from './roll-on.ts';

/** The parts of a sentence about a rollout. */
export interface RolloutWords {
  /** The pods that it concerns, as the subject of a sentence. */
  readonly pods: (name: string) => string;
  /** The same, after a sentence about the workload's pods. */
  readonly they: string;
  /** What happens to them: at once, a single time, and when the workload is resumed. */
  readonly now: string;
  readonly once: string;
  readonly resumed: string;
}

const ALL = { pods: (name: string) => `all pods of ${name}`, they: 'all' };

const ROLL = { now: 'roll', once: 'roll once', resumed: 'roll when it is resumed' };

/**
 * A StatefulSet deletes an old pod before it makes new ones, for lack of a surge. So a scale-up that starts a rollout
 * takes capacity first.
 */
const WITHOUT_SURGE = 'roll, one stopping before new ones start';

const SOME = { pods: (name: string) => `pods of ${name}`, they: 'they' };

/** The same words, whenever it happens. */
const always = (words: string) => ({ now: words, once: words, resumed: words });

/** What becomes of pods of which all are below a partition. */
function keptWords(below: number, isScale: boolean): RolloutWords {
  const roll = 'roll when you lower the partition';
  const also = isScale ? `, and new ones below ordinal ${below} start from the earlier template` : '';
  return { ...ALL, ...always(`${roll}${also}`) };
}

/** The words for what a new template would do. Each of them begins with a verb in the present tense. */
export function wouldWords({ now, once, resumed, ...words }: RolloutWords): RolloutWords {
  const would = (text: string) =>
    text.startsWith('may ') ? `would perhaps ${text.slice(4)}` : `would ${text}`;
  return { ...words, now: would(now), once: would(once), resumed: would(resumed) };
}

/** The words for what a new template does to pods. */
export function rolloutWords(strategy: Strategy, operation: WorkloadOperation): RolloutWords {
  switch (strategy.type) {
    case 'recreate':
      return {
        ...ALL,
        now: 'stop first, then the new ones start',
        once: 'stop once, then the new ones start',
        resumed: 'stop when it is resumed, then the new ones start',
      };
    case 'on-delete':
      return { ...SOME, ...always('change when you delete them') };
    case 'rolling': {
      const { partition, surge, keepsAdopted, keepsAll } = strategy;
      // A create rolls only pods that the workload adopts.
      if (keepsAdopted && operation === 'create')
        return { ...SOME, ...always('may stay until you restart it (kubectl rollout restart)') };
      if (keepsAll) return keptWords(partition, operation === 'scale' && keepsAll === 'new-too');
      const from = `from ordinal ${partition} on`;
      const which =
        partition > 0 ? { pods: (name: string) => `pods of ${name} ${from}`, they: `those ${from}` } : ALL;
      return { ...which, ...ROLL, now: surge || operation !== 'scale' ? ROLL.now : WITHOUT_SURGE };
    }
    case 'canary':
    case 'blue-green': {
      const how = strategy.type === 'canary' ? 'by its canary steps' : 'by blue-green';
      return {
        ...ALL,
        now: strategy.underWay ? `roll ${how}, which start over` : `roll ${how}`,
        once: `roll once ${how}`,
        resumed: `roll ${how} when it is resumed`,
      };
    }
    default:
      return strategy satisfies never;
  }
}
