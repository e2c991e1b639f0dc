import { expect, test } from 'vitest';
import { sourceFindings } from '../../../src/kubectl/doctor/source-checks.ts';

const reference = (name: string) => ({
  kind: 'ConfigMap' as const,
  name,
  keys: 'all' as const,
  optional: false,
  place: 'volume v',
  where: 'spec.volumes[0]',
  counts: 'all' as const,
  ignored: [],
});

/** The findings about a source of this name, which does not exist. */
const missing = (name: string) => {
  const source = { kind: 'ConfigMap' as const, name, exists: false } as Parameters<
    typeof sourceFindings
  >[0]['explanation']['sources'][number];
  return sourceFindings({
    namespace: 'shop',
    explanation: { sources: [source], references: [reference(name)] },
    names: { ConfigMap: ['app'], Secret: [] },
    dataOf: () => undefined,
    answer: undefined,
  });
};

test('what does not exist can be made by a command', () => {
  expect(missing('other')).toMatchObject([
    { verdict: 'problem', mend: 'kubectl --namespace shop create configmap other ...' },
  ]);
});

test('a name that no object can have is in no command', () => {
  for (const name of ['a; touch owned', 'a\ntouch owned', '$(id)', '..']) {
    const [finding] = missing(name);
    expect(finding).toMatchObject({ verdict: 'problem', mend: 'correct the name in the template' });
    expect(finding?.message).toContain('no object can have this name (volume v)');
  }
});
