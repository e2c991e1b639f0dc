import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/references/limits.ts';
import { references } from '../../src/references/references.ts';
import type { Container, PodTemplate, Volume } from '../../src/workloads/pod-template.ts';

const range = <T>(count: number, item: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const withContainer = (container: Container, volumes: Volume[] = []): PodTemplate => ({
  spec: { containers: [container], volumes },
});
const keyRef = (name: string, key: string) => ({ valueFrom: { configMapKeyRef: { name, key } } });
const envFrom = (count: number) => range(count, (i) => ({ configMapRef: { name: `c${i}` } }));
const mounts = (count: number) => range(count, (i) => ({ name: 'v', subPath: `d/${i}` }));
const items = (count: number) => range(count, (i) => ({ key: `k${i}`, path: `d/${i}` }));

describe('a template', () => {
  const PLACES = `it has more than ${LIMITS.places} references, items and mounts of configuration`;
  const CHARACTERS = 'its names and keys of configuration have more than 1048576 characters';

  test.each<[string, PodTemplate, string]>([
    ['references', withContainer({ env: range(5_001, () => keyRef('app', 'a')) }), PLACES],
    ['mounts', withContainer({ volumeMounts: mounts(5_001) }), PLACES],
    ['items', withContainer({}, [{ name: 'v', configMap: { name: 'app', items: items(150_000) } }]), PLACES],
    [
      'items of projected volumes',
      withContainer({}, [{ projected: { sources: [{ secret: { name: 'db', items: items(5_000) } }] } }]),
      PLACES,
    ],
    [
      'of all of these together',
      withContainer(
        { env: range(1_666, () => keyRef('app', 'a')), envFrom: envFrom(1), volumeMounts: mounts(1_666) },
        [{ name: 'v', secret: { secretName: 'db', items: items(1_667) } }],
      ),
      PLACES,
    ],
    [
      'sources',
      withContainer({ envFrom: envFrom(LIMITS.sources + 1) }),
      'it refers to more than 1000 ConfigMaps and Secrets',
    ],
    [
      'keys, which each volume repeats',
      withContainer(
        { volumeMounts: range(2_000, (i) => ({ name: 'v', subPath: `${i}` })) },
        range(2_000, () => ({ name: 'v', configMap: { name: 'app' } })),
      ),
      'it uses more than 10000 keys of its configuration',
    ],
    ['characters in a key', withContainer({ env: [keyRef('app', 'k'.repeat(1024 * 1024))] }), CHARACTERS],
    [
      'characters in a path',
      withContainer({ volumeMounts: [{ name: 'v', subPath: 'a/'.repeat(600_000) }] }),
      CHARACTERS,
    ],
    [
      'characters in the keys that volumes repeat',
      withContainer(
        { volumeMounts: [{ name: 'v', subPath: 'k'.repeat(500_000) }] },
        range(3, () => ({ name: 'v', configMap: { name: 'app' } })),
      ),
      CHARACTERS,
    ],
  ])('is too large if it has too many %s', (_what, template, message) => {
    expect(() => references(template)).toThrow(
      expect.objectContaining({ code: 'WORKLOAD_TOO_LARGE', message: expect.stringContaining(message) }),
    );
  });

  test('is not too large at the limits', () => {
    const env = range(3_000, (i) => keyRef(`c${i % 1_000}`, `k${i}`));
    const template = withContainer({ env, volumeMounts: mounts(1_000) }, [
      { name: 'v', configMap: { name: 'c0', items: items(999) } },
    ]);
    expect(references(template)).toHaveLength(3_001);
  });

  test('is not too large because of what is not configuration', () => {
    const env = range(20_000, (i) => ({ name: `E${i}` }));
    expect(references(withContainer({ env }))).toEqual([]);
  });
});
