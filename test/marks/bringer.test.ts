import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { bringerOf, onlyRemoves } from '../../src/marks/bringer.ts';
import { type Marks, marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { deployment, viewOf, withMarks } from '../kit/deployments.ts';

const marksOfDigest = (digit: string) =>
  marksOfState(configState(new Map([['configmap/app', digit.repeat(64)]]), v1()));
const [A, B] = [marksOfDigest('a'), marksOfDigest('b')];

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const HASH = { 'f:template': { 'f:metadata': { 'f:annotations': { [`f:${CONFIG_HASH}`]: {} } } } };
const IMAGE = { 'f:template': { 'f:spec': {} } };
const LAST = { 'f:metadata': { 'f:annotations': { [`f:${LAST_APPLIED}`]: {} } } };

interface EntryOptions {
  readonly at?: number;
  readonly by?: 'Apply' | 'Update';
  readonly spec?: object;
  readonly last?: boolean;
}

/** An entry that owns the hash, if it is not told otherwise. */
const entry = (manager: string, { at = 1, by = 'Update', spec = HASH, last = false }: EntryOptions = {}) => ({
  manager,
  operation: by,
  time: `2026-11-27T20:00:0${at}Z`,
  fieldsV1: { 'f:spec': spec, ...(last && LAST) },
});

/** A Deployment with marks, field managers, and the hash in its last applied manifest. */
function view(marks: Marks, managedFields?: readonly object[], applied?: Marks) {
  const manifest = { spec: { template: { metadata: { annotations: { [CONFIG_HASH]: applied?.hash } } } } };
  const annotations = applied && { annotations: { [LAST_APPLIED]: JSON.stringify(manifest) } };
  const of = withMarks(deployment({ ...annotations }), marks);
  return viewOf({ ...of, metadata: Object.assign({}, of.metadata, managedFields && { managedFields }) });
}

type View = ReturnType<typeof view>;
type Case = [string, View, View | undefined, fieldManager?: string];
const before = view(B, [entry('helm', { spec: IMAGE })]);
const bringer = (workload: View, then: View | undefined, fieldManager?: string) =>
  bringerOf({ workload, before: then, fieldManager });

describe('marks are brought by the request', () => {
  test.each<Case>([
    ['there are none', view(NO_MARKS, []), before],
    ['they are as before', view(B, [entry('helm', { spec: IMAGE })]), before],
    ['nobody can tell, since somebody has emptied the field managers', view(A, []), view(B, [])],
    ['a manager that did not own the hash has set it', view(A, [entry('kubectl', { at: 2 })]), before],
    ['its manager has set it again', view(A, [entry('kubectl', { at: 2 })]), view(B, [entry('kubectl')])],
    ['so, within a second', view(A, [entry('kubectl')]), view(B, [entry('kubectl')])],
    ['so, by its name', view(A, [entry('k9s')]), view(B, [entry('k9s')]), 'k9s'],
    [
      'an undo, with a manifest that once had these marks',
      view(A, [entry('apply', { spec: IMAGE, last: true }), entry('kubectl', { at: 2 })], A),
      view(B, [entry('apply', { spec: IMAGE, last: true })], A),
    ],
  ])('%s', (_what, workload, then, fieldManager) => {
    expect(bringer(workload, then, fieldManager)).toBe('request');
  });

  test('on a scale, which has one object before and after', () => {
    const workload = view(B, [entry('argocd', { by: 'Apply' })]);
    expect(bringer(workload, workload)).toBe('request');
  });
});

describe('marks are brought by a manifest', () => {
  const applied = [entry('apply', { at: 2, last: true })];
  test.each<Case>([
    ['server-side', view(A, [entry('argocd', { by: 'Apply' })]), before],
    ['server-side, on a create', view(A, [entry('argocd', { by: 'Apply' })]), undefined],
    ['client-side', view(A, applied, A), before],
    ['client-side, on a create', view(A, applied, A), undefined],
    ['client-side, and nobody can tell more', view(A, [], A), view(B, [], A)],
    [
      'client-side, twice within a second',
      view(A, [entry('x'), entry('y', { at: 2, spec: IMAGE })], A),
      view(B, [entry('x')], A),
    ],
    [
      'client-side, as before',
      view(A, [entry('x'), entry('y', { at: 2, spec: IMAGE })], A),
      view(A, [entry('x')], A),
    ],
  ])('%s', (_what, workload, then, fieldManager) => {
    expect(bringer(workload, then, fieldManager)).toBe('manifest');
  });
});

describe('marks are lockstep’s own, from an earlier turn', () => {
  const helm = entry('helm', { at: 3, spec: IMAGE });
  test.each<Case>([
    ['on a template without any', view(A, [helm]), view(NO_MARKS, [])],
    ['on a create', view(A, [helm]), undefined],
    ['in place of others', view(A, [helm]), before],
    ['whose manager wrote earlier', view(A, [entry('kubectl'), helm]), view(B, [entry('kubectl')])],
    [
      'whose manager is another one, in the same second',
      view(A, [entry('kubectl'), entry('helm', { spec: IMAGE })]),
      view(B, [entry('kubectl')]),
      'helm',
    ],
    [
      'whose manager has its name, in the same second',
      view(A, [entry('kubectl'), entry('kubectl', { by: 'Apply', spec: IMAGE })]),
      view(B, [entry('kubectl')]),
      'kubectl',
    ],
    [
      'in place of those of a manifest',
      view(A, [entry('apply', { at: 2, last: true })], B),
      view(NO_MARKS, []),
    ],
  ])('%s', (_what, workload, then, fieldManager) => {
    expect(bringer(workload, then, fieldManager)).toBe('earlier-turn');
  });
});

describe('a request only removes something', () => {
  const onlyRemoved = (now: readonly object[], fieldManager?: string) =>
    onlyRemoves({ workload: view(A, now), before: view(B, [entry('helm')]), fieldManager });

  test('if all entries are from before', () => {
    expect(onlyRemoved([entry('helm', { spec: {} })], 'kubectl-annotate')).toBe(true);
    expect(onlyRemoved([entry('helm')])).toBe(true);
  });

  test('not if one was written, or may have been, or if there are none', () => {
    expect(onlyRemoved([entry('helm', { at: 2 })])).toBe(false);
    expect(onlyRemoved([entry('helm')], 'helm')).toBe(false);
    expect(onlyRemoved([])).toBe(false);
  });
});
