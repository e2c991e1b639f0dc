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

type Source = Parameters<typeof sourceFindings>[0]['explanation']['sources'][number];
const EVIDENCE = {
  namespace: 'shop',
  names: { ConfigMap: ['app'], Secret: [] },
  dataOf: () => undefined,
  answer: undefined,
};

/** The findings about a source of this name, which does not exist. */
const missing = (name: string) => {
  const source = { kind: 'ConfigMap' as const, name, exists: false } as Source;
  return sourceFindings({ ...EVIDENCE, explanation: { sources: [source], references: [reference(name)] } });
};

test('what does not exist can be made by a command', () => {
  expect(missing('other')).toMatchObject([
    { verdict: 'problem', mend: 'kubectl --namespace shop create configmap other ...' },
  ]);
});

test('a command to edit names the namespace', () => {
  const source = {
    kind: 'ConfigMap' as const,
    name: 'app',
    exists: true,
    keys: [{ name: 'a' }],
  } as unknown as Source;
  const where = 'spec.template.spec.containers[0].envFrom[0]';
  const findings = sourceFindings({
    ...EVIDENCE,
    explanation: { sources: [source], references: [{ ...reference('app'), where }] },
    dataOf: () => ({ a: 'x\n', b: '', c: 'x\r\ny' }),
  });
  const mends = findings.flatMap(({ mend }) => mend ?? []);
  expect(mends).toEqual(Array(3).fill('kubectl --namespace shop edit configmap/app'));
});

test('a name that no object can have is in no command', () => {
  for (const name of ['a; touch owned', 'a\ntouch owned', '$(id)', '..']) {
    const [finding] = missing(name);
    expect(finding).toMatchObject({ verdict: 'problem', mend: 'correct the name in the template' });
    expect(finding?.message).toContain('no object can have this name (volume v)');
  }
});
