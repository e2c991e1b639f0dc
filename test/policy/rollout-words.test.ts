import { describe, expect, test } from 'vitest';
import type { WorkloadOperation } from '../../src/policy/roll-on.ts';
import { rolloutWords } from '../../src/policy/rollout-words.ts';
import type { Strategy } from '../../src/workloads/strategy.ts';

const DEPLOYMENT: Strategy = { type: 'rolling', partition: 0, surge: true };
const STATEFUL_SET: Strategy = { type: 'rolling', partition: 0, surge: false };

function sentence(strategy: Strategy, operation: WorkloadOperation = 'update'): string {
  const { pods, now } = rolloutWords(strategy, operation);
  return `${pods('web')} ${now}`;
}

describe('the words for a rollout fit the strategy', () => {
  test.each<[string, Strategy, string]>([
    ['rolling', DEPLOYMENT, 'all pods of web roll'],
    ['a partition', { ...STATEFUL_SET, partition: 3 }, 'pods of web from ordinal 3 on roll'],
    ['Recreate', { type: 'recreate' }, 'all pods of web stop first, then the new ones start'],
    ['OnDelete', { type: 'on-delete' }, 'pods of web change when you delete them'],
  ])('%s', (_name, strategy, words) => {
    expect(sentence(strategy)).toBe(words);
  });

  test('a scale-up without a surge takes capacity first', () => {
    expect(sentence(STATEFUL_SET, 'scale')).toBe('all pods of web roll, one stopping before new ones start');
    expect(sentence(STATEFUL_SET)).toBe('all pods of web roll');
    expect(sentence(DEPLOYMENT, 'scale')).toBe('all pods of web roll');
  });

  test('a partition above all pods rolls none, and a scale-up below it makes pods of the earlier template', () => {
    const above: Strategy = { ...STATEFUL_SET, partition: 5, keepsAll: 'new-too' };
    const wait = 'all pods of web roll when you lower the partition';
    expect(sentence(above)).toBe(wait);
    expect(sentence(above, 'scale')).toBe(
      `${wait}, and new ones below ordinal 5 start from the earlier template`,
    );
    expect(sentence({ ...above, keepsAll: 'present' }, 'scale')).toBe(wait);
  });

  test('a DaemonSet that is made anew may keep the pods that it adopts', () => {
    const kept: Strategy = { ...DEPLOYMENT, keepsAdopted: true };
    expect(sentence(kept, 'create')).toBe(
      'pods of web may stay until you restart it (kubectl rollout restart)',
    );
    expect(sentence(kept)).toBe('all pods of web roll');
  });

  test('pods that the sentence has named before', () => {
    const words = (strategy: Strategy) => {
      const { they, once } = rolloutWords(strategy, 'update');
      return `${they} ${once}`;
    };
    expect(words(DEPLOYMENT)).toBe('all roll once');
    expect(words({ ...STATEFUL_SET, partition: 3 })).toBe('those from ordinal 3 on roll once');
    expect(words({ type: 'on-delete' })).toBe('they change when you delete them');
    expect(words({ type: 'recreate' })).toBe('all stop once, then the new ones start');
  });

  test('a workload that is paused', () => {
    expect(rolloutWords(DEPLOYMENT, 'scale').resumed).toBe('roll when it is resumed');
  });
});
