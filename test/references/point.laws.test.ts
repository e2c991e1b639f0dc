import fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { type Reference, references } from '../../src/references/references.ts';
import { sourceId } from '../../src/references/sources.ts';
import type { PodTemplate } from '../../src/workloads/pod-template.ts';
import { ALL, pointedPod, type TargetOf } from './pointed-pod.ts';

describe('for any pod', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const optional = fc.boolean();
  const key = fc.constantFrom('k', 'l', 'm');
  const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
  const selector = fc.record({ name, key, optional }, { requiredKeys: ['name', 'key'] });
  const whole = fc.record({ name, optional }, { requiredKeys: ['name'] });
  const items = fc.array(fc.record({ key, path: fc.constantFrom('k', 'x/k', 'x/l') }), { maxLength: 3 });
  const source = fc.record({ name, items, optional }, { requiredKeys: ['name'] });
  const secretName = fc.record(
    { secretName: name, items, defaultMode: fc.nat() },
    { requiredKeys: ['secretName'] },
  );
  const container = fc.record({
    env: some(
      fc.oneof(
        fc.record({ name, value: name }),
        fc.record({ name, valueFrom: fc.record({ configMapKeyRef: selector }) }),
        fc.record({ name, valueFrom: fc.record({ secretKeyRef: selector }) }),
      ),
    ),
    envFrom: some(
      fc.oneof(fc.record({ prefix: name, configMapRef: whole }), fc.record({ secretRef: whole })),
    ),
    volumeMounts: some(
      fc.record(
        { name: fc.constantFrom('v', 'w'), subPath: fc.constantFrom('', 'k', 'x', 'x/l') },
        { requiredKeys: ['name'] },
      ),
    ),
  });
  const projection = fc.oneof(
    fc.record({ configMap: source }),
    fc.record({ secret: source }),
    fc.constant({}),
  );
  const volume = fc
    .oneof(
      fc.record({ configMap: source }),
      fc.record({ secret: secretName }),
      fc.record({ projected: fc.record({ sources: some(projection) }) }),
      fc.constant({ emptyDir: {} }),
    )
    .map((of, i = 0) => ({ name: 'v', ...of, i }));
  const pod: fc.Arbitrary<PodTemplate> = fc.record({
    metadata: fc.constant({ annotations: { a: 'a', name: 'b' } }),
    spec: fc.record({
      containers: some(container),
      initContainers: some(container),
      volumes: fc.tuple(volume, volume).map(([v, w]) => [v, { ...w, name: 'w' }]),
    }),
  });
  const targets = fc.subarray(['configmap/a', 'configmap/b', 'secret/a', 'secret/b']).map((ids): TargetOf => {
    return (of) => (ids.includes(sourceId(of)) ? { name: `${of.name}-copy`, holds: ALL } : undefined);
  });

  const isSeen = ({ keys }: Reference) => keys === 'all' || keys.length > 0;
  /** Everything except the names and the items in fields of these kinds. */
  function rest(node: unknown, field = ''): unknown {
    if (typeof node !== 'object' || node === null) return node;
    const inner = Array.isArray(node) ? field : '';
    const entries = Object.entries(node).map(([of, value]) => [of, rest(value, inner || of)]);
    const selects = /^(configMap|secret)/.test(field);
    return entries.filter(([of]) => !selects || (of !== 'name' && of !== 'secretName' && of !== 'items'));
  }

  test('each pointed reference has the name of its target and the same keys, and nothing else changes', () => {
    fc.assert(
      fc.property(pod, targets, (before, targetOf) => {
        const { after, patch, uncovered } = pointedPod(before, targetOf);
        const expected = references(before).map((of) => ({
          ...of,
          name: isSeen(of) ? (targetOf(of)?.name ?? of.name) : of.name,
        }));
        // Of a copy, pods need the seen items only.
        const asUsed = ({ needed, ...of }: Reference) => ({ ...of, optional: needed === undefined });
        expect(references(after).map(asUsed)).toEqual(expected.map(asUsed));
        expect(rest(after)).toEqual(rest(before));
        expect(uncovered).toEqual([]);
        for (const { path, ...of } of patch)
          expect(of).not.toMatchObject({ value: jsonpatch.getValueByPointer(before, path) });
      }),
      { numRuns: 1000 },
    );
  });

  test('pointing twice equals pointing once', () => {
    fc.assert(
      fc.property(pod, targets, (before, targetOf) => {
        expect(pointedPod(pointedPod(before, targetOf).after, targetOf).patch).toEqual([]);
      }),
    );
  });
});
