import { describe, expect, test } from 'vitest';
import { toJsonpath } from '../../../src/kubectl/printing/jsonpath.ts';

const LIST = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'web' } }, state: 'InStep', replicas: 2 },
    { metadata: { name: 'b' }, state: 'Drifted', replicas: 3, sources: [{ name: 'x' }] },
  ],
};

describe('as kubectl prints it:', () => {
  test.each([
    ['{.kind}', 'List'],
    ['.kind', 'List'],
    ['{$.kind}', 'List'],
    ['{.items[0].metadata.name}', 'a'],
    ['{.items[-1:].metadata.name}', 'b'],
    ['{.items[*].metadata.name}', 'a b'],
    ['{.items[*].replicas}', '2 3'],
    ['{..name}', 'a b x'],
    ['{.items[?(@.state=="Drifted")].metadata.name}', 'b'],
    ['{.items[1].sources}', '[{"name":"x"}]'],
    ['{.missing}', ''],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.state}{"\\n"}{end}', 'a\tInStep\nb\tDrifted\n'],
    ['name={.items[0].metadata.name}, all', 'name=a, all'],
    ["{.items[0].metadata.labels['app.kubernetes.io/name']}", 'web'],
    ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'web'],
    ['{"{"}{.kind}{"}"}', '{List}'],
  ])('%s', (template, expected) => {
    expect(toJsonpath(template, LIST)).toBe(expected);
  });
});

describe('a template that is wrong is told of:', () => {
  test.each([
    ['{.kind', 'the brace at character 1 is not closed'],
    ['{range .items[*]}{.x}', '{range} without {end}'],
    ['{end}', '{end} without {range}'],
    ['{.items[?(]}', 'is no path that can be followed'],
  ])('%s', (template, error) => {
    expect(() => toJsonpath(template, LIST)).toThrow(error);
  });
});

test('a filter is no code of ours', () => {
  expect(() => toJsonpath('{.items[?(process.exit(3))].x}', LIST)).toThrow('is no path that can be followed');
});
