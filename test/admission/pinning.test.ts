import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldState, NOT_PINNED, pinFacts, pinningOf } from '../../src/admission/pinning.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import {
  HELD,
  heldAgainst,
  type Marks,
  marksOf,
  ofTemplate,
  templateMarks,
  withMarks,
} from '../../src/marks/marks.ts';
import type { Usage } from '../../src/references/usage.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { deployment } from '../kit/deployments.ts';

const A = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const B = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());
const app: Usage = {
  kind: 'configmap',
  name: 'app',
  data: 'all',
  binaryData: [],
  except: [],
  required: true,
};
const pinned = templateMarks(A, 'configmap/app');

/** Its pods hold A, and it is held against B. */
function heldAtA(of: Deployment = deployment({ annotations: { note: 'x' } })): Deployment {
  const marked = withMarks(of, pinned);
  return withMarks(marked, { ...pinned, held: ofTemplate(B, marked.spec.template) });
}

describe('what a workload is held against', () => {
  const before = heldAtA();
  const withoutHold = (of: Deployment) => withMarks(of, { ...marksOf(of), held: undefined });
  const call = (workload: Deployment) => heldState({ workload, before, pinNamespace: false });

  test('is what the annotation says, on a scale and on updates of other things', () => {
    expect(call(before)).toEqual(B);
    expect(call(structuredClone(before))).toEqual(B);
    expect(call({ ...before, spec: { ...before.spec, replicas: 5 } })).toEqual(B);
    expect(heldState({ workload: before, before: undefined, pinNamespace: true })).toBeUndefined();
  });

  test('is over where a user takes the annotation away, and nothing else', () => {
    expect(call(withoutHold(before))).toBeUndefined();
    expect(call({ ...withoutHold(before), metadata: { name: 'web' } })).toBeUndefined();
  });

  test('is not over where a request drops all that was written, or brings another template or hash', () => {
    expect(call(deployment({}))).toEqual(B);
    expect(call(withMarks(before, templateMarks(B, 'configmap/app')))).toEqual(B);
    expect(call(withMarks(deployment({ image: 'web:2' }), pinned))).toEqual(B);
  });

  test('is nothing where it was said of another template, or cannot be read', () => {
    const annotations = { ...before.metadata.annotations };
    for (const of of [
      withMarks(deployment({ annotations, image: 'web:2' }), { ...pinned, held: annotations[HELD] }),
      withMarks(before, { ...templateMarks(A), held: annotations[HELD] }),
      withMarks(before, { ...pinned, held: '{"hash":"v1-x"}' }),
      withMarks(before, { ...pinned, held: '{' }),
    ])
      expect(heldState({ workload: of, before: of, pinNamespace: false })).toBeUndefined();
  });
});

describe('what goes onto the workload to hold it', () => {
  const text = fc.constantFrom(undefined, 'x', 'y');
  const marks = fc.record({ hash: text, sources: text, pinned: text, baseline: text, held: text });
  const template = fc.option(fc.constantFrom({}, { note: 'x' }), { nil: undefined });
  const workload = (of: Record<string, string> | undefined, on: Marks) =>
    withMarks(deployment(of ? { template: of } : {}), on);

  test('counts on the next call: of the request’s template where an undo brought it, else with the marks of before', () => {
    fc.assert(
      fc.property(template, marks, template, marks, (of, its, ofBefore, itsBefore) => {
        const call = {
          workload: workload(of, its),
          before: workload(ofBefore, itsBefore),
          pinNamespace: true,
        };
        const facts = pinFacts(call, { asked: true, pinned: [] }, B, false);
        const undone = withMarks(call.workload, { ...its, baseline: undefined, held: facts?.heldNow });
        expect(heldAgainst(undone)).toEqual(B);
        const heldOn = withMarks(call.workload, { ...itsBefore, held: facts?.heldOn });
        expect(heldAgainst(heldOn)).toEqual(B);
        const scale = { ...call, before: call.workload };
        const scaled = pinFacts(scale, { asked: false, pinned: [] }, B, true);
        expect(heldAgainst(withMarks(call.workload, { ...its, held: scaled?.heldOn }))).toEqual(B);
      }),
    );
  });

  test('is known where a workload asks for copies, if none can be pinned, or is held; else nothing is', () => {
    const call = { workload: deployment({}), before: undefined, pinNamespace: true };
    const one = [{ usage: app, digest: 'a'.repeat(64) }];
    const facts = (asked: boolean, of: typeof one, held: boolean) =>
      pinFacts(call, { asked, pinned: of }, B, held);
    expect(facts(true, one, false)).toMatchObject({
      asked: true,
      pinned: 'configmap/app',
      held: false,
      restorable: false,
    });
    expect(facts(true, [], false)).toMatchObject({ asked: true, pinned: undefined });
    expect(facts(false, [], true)).toMatchObject({ asked: false, pinned: undefined, held: true });
    expect(facts(false, [], false)).toBeUndefined();
  });
});

describe('what is pinned', () => {
  const digests = new Map([['configmap/app', 'a'.repeat(64)]]);
  const of = (label: string | undefined, pinNamespace: boolean) => {
    const workload = deployment(label === undefined ? {} : { labels: { 'lockstep.dev/pin': label } });
    return pinningOf({ workload, before: undefined, pinNamespace }, [app], { state: A, digests });
  };

  test('are the sources with their whole digests, where the workload asks for copies', () => {
    const all = [{ usage: app, digest: 'a'.repeat(64) }];
    expect(of('enabled', false)).toEqual({
      pinLabel: { says: 'enabled' },
      asked: true,
      pinned: all,
      unpinned: [],
    });
    expect(of(undefined, true)).toMatchObject({ asked: true, pinned: all });
    expect(of('disabled', true)).toEqual({ ...NOT_PINNED, pinLabel: { says: 'disabled' } });
    expect(of('no', false)).toEqual({ ...NOT_PINNED, pinLabel: { says: 'malformed', value: 'no' } });
  });

  test('is none where the only source is absent; it is asked for all the same', () => {
    const state = configState(new Map([['configmap/app', 'absent']]), v1());
    const found = pinningOf({ workload: deployment({}), before: undefined, pinNamespace: true }, [app], {
      state,
      digests: new Map([['configmap/app', 'absent']]),
    });
    expect(found).toMatchObject({
      asked: true,
      pinned: [],
      unpinned: [{ id: 'configmap/app', why: 'absent' }],
    });
  });
});
