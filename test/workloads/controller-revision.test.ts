import { describe, expect, test } from 'vitest';
import { isOfRevision, keptTemplate, labelOfRevision } from '../../src/workloads/controller-revision.ts';

describe('the template that a ControllerRevision keeps', () => {
  test('is that of its workload, without the directive of the patch', () => {
    const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [] } };
    expect(
      keptTemplate({ data: { spec: { template: { ...template, $patch: 'replace' } } } } as never),
    ).toEqual(template);
  });

  test('may be missing', () => {
    expect(keptTemplate({})).toBeUndefined();
    expect(keptTemplate({ data: { spec: {} } })).toBeUndefined();
  });

  test.each([7, null, [], { spec: 5 }, { spec: { template: 'x' } }, { spec: { template: { spec: [] } } }])(
    'is none if another program keeps its own data in it: %j',
    (data) => {
      expect(keptTemplate({ data })).toBeUndefined();
    },
  );
});

describe('the revision of a pod', () => {
  const labelled = (hash: string) => ({ 'controller-revision-hash': hash });

  test('stands in a label: by name for a StatefulSet, by the end of the name for a DaemonSet', () => {
    expect(isOfRevision(labelled('db-5d9'), 'db', 'db-5d9')).toBe(true);
    expect(isOfRevision(labelled('5d9'), 'agent', 'agent-5d9')).toBe(true);
  });

  test('is another one', () => {
    expect(isOfRevision(labelled('db-777'), 'db', 'db-5d9')).toBe(false);
    expect(isOfRevision(labelled('5d9'), 'other', 'agent-5d9')).toBe(false);
    expect(isOfRevision({}, 'db', 'db-5d9')).toBe(false);
    expect(isOfRevision(undefined, 'db', 'db-')).toBe(false);
  });
});

test('the label of the pods of a revision is its name, or the end of it', () => {
  expect(labelOfRevision('db-7c9', 'name')).toBe('db-7c9');
  expect(labelOfRevision('node-agent-7c9', 'end-of-name')).toBe('7c9');
});
