import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configState, v1 } from '../../src/digest/format.ts';
import { sealOf } from '../../src/digest/seal.ts';
import type { Bringer } from '../../src/marks/bringer.ts';
import { type Marks, marksOf, marksOfState } from '../../src/marks/marks.ts';
import { HELD } from '../../src/marks/names.ts';
import { printStateOf, recordedHold } from '../../src/marks/records.ts';
import * as pinning from '../../src/policy/pinning.ts';
import type { Deployment } from '../../src/workloads/deployment.ts';
import { ALL_OF_APP, deployment, viewOf, withMarks } from '../kit/deployments.ts';

interface Call {
  readonly workload: Deployment;
  readonly before: Deployment | undefined;
}
/** A call in the form of the functions under test. */
const seen = ({ workload, before }: Call) => ({
  workload: viewOf(workload),
  before: before && viewOf(before),
});
const heldIn = (of: Deployment) => recordedHold(viewOf(of));
const heldState = (call: Call, bringer: Bringer = 'request') => pinning.continuedHold(seen(call), bringer);
const pinFacts = (call: Call, ...rest: Rest<typeof pinning.pinFacts>) =>
  pinning.pinFacts(seen(call), ...rest);
const pinningOf = (call: Call & { pinNamespace: boolean }, ...rest: Rest<typeof pinning.pinningOf>) =>
  pinning.pinningOf({ ...seen(call), pinNamespace: call.pinNamespace }, ...rest);
/** All parameters but the first. */
type Rest<F extends (first: never, ...rest: never[]) => unknown> = F extends (
  first: never,
  ...rest: infer R
) => unknown
  ? R
  : never;

const A = configState(new Map([['configmap/app', 'a'.repeat(64)]]), v1());
const B = configState(new Map([['configmap/app', 'b'.repeat(64)]]), v1());
const pinned = marksOfState(A, 'configmap/app');

/** Its pods hold A, and it is held against B. */
function heldAtA(of: Deployment = deployment({ annotations: { note: 'x' } })): Deployment {
  const marked = withMarks(of, pinned);
  return withMarks(marked, { ...pinned, held: printStateOf(B, marked.spec.template) });
}

describe('the state that a workload is held against', () => {
  const before = heldAtA();
  const withoutHold = (of: Deployment) => withMarks(of, { ...marksOf(viewOf(of)), held: undefined });
  const call = (workload: Deployment) => heldState({ workload, before });

  test('comes from the annotation, on a scale and on updates of other fields', () => {
    expect(call(before)).toEqual(B);
    expect(call(structuredClone(before))).toEqual(B);
    expect(call({ ...before, spec: { ...before.spec, replicas: 5 } })).toEqual(B);
    expect(heldState({ workload: before, before: undefined })).toBeUndefined();
  });

  test('ends if a user removes only the annotation', () => {
    expect(call(withoutHold(before))).toBeUndefined();
    expect(call({ ...withoutHold(before), metadata: { name: 'web' } })).toBeUndefined();
  });

  test('does not end if a request drops all marks, or brings another template or hash', () => {
    expect(call(deployment({}))).toEqual(B);
    expect(call(withMarks(before, marksOfState(B, 'configmap/app')))).toEqual(B);
    expect(call(withMarks(deployment({ image: 'web:2' }), pinned))).toEqual(B);
  });

  test('is nothing if the annotation is about another template, or cannot be read', () => {
    const annotations = { ...before.metadata.annotations };
    for (const of of [
      withMarks(deployment({ annotations, image: 'web:2' }), { ...pinned, held: annotations[HELD] }),
      withMarks(before, { ...marksOfState(A), held: annotations[HELD] }),
      withMarks(before, { ...pinned, held: '{"hash":"v1-x"}' }),
      withMarks(before, { ...pinned, held: '{' }),
    ])
      expect(heldState({ workload: of, before: of })).toBeUndefined();
  });
});

describe('in a later turn of an admission, a hold', () => {
  const before = heldAtA();
  const entry = (at: number) => ({ manager: 'helm', operation: 'Update', time: `2026-11-27T20:00:0${at}Z` });
  const managed = (of: Deployment, at: number): Deployment => ({
    ...of,
    metadata: Object.assign({}, of.metadata, { managedFields: [entry(at)] }),
  });
  const after = withMarks(deployment({}), marksOfState(B, 'configmap/app'));
  const call = (at: number) =>
    heldState({ workload: managed(after, at), before: managed(before, 1) }, 'earlier-turn');

  test('continues if the request wrote something, since lockstep itself ended it', () => {
    expect(call(2)).toEqual(B);
  });

  test('ends if the request only removed something, since that was the annotation', () => {
    expect(call(1)).toBeUndefined();
  });
});

describe('the annotation of a hold', () => {
  const text = fc.constantFrom(undefined, 'x', 'y');
  const marks = fc.record({ hash: text, sources: text, pinned: text, baseline: text, held: text });
  const template = fc.option(fc.constantFrom({}, { note: 'x' }), { nil: undefined });
  const workload = (of: Record<string, string> | undefined, on: Marks) =>
    withMarks(deployment(of ? { template: of } : {}), on);

  test('counts on the next call, with the request’s template after an undo, otherwise with the earlier marks', () => {
    fc.assert(
      fc.property(template, marks, template, marks, (of, its, ofBefore, itsBefore) => {
        const call = {
          workload: workload(of, its),
          before: workload(ofBefore, itsBefore),
          pinNamespace: true,
        };
        const facts = pinFacts(call, { asked: true, pins: [] }, B, false);
        const undone = withMarks(call.workload, { ...its, baseline: undefined, held: facts?.newHoldText });
        expect(heldIn(undone)).toEqual(B);
        const heldOn = withMarks(call.workload, { ...itsBefore, held: facts?.continuedHoldText });
        expect(heldIn(heldOn)).toEqual(B);
        const scale = { ...call, before: call.workload };
        const scaled = pinFacts(scale, { asked: false, pins: [] }, B, true);
        expect(heldIn(withMarks(call.workload, { ...its, held: scaled?.continuedHoldText }))).toEqual(B);
      }),
    );
  });

  test('is considered if a workload asks for copies, even if none can be pinned, or is held', () => {
    const call = { workload: deployment({}), before: undefined, pinNamespace: true };
    const one = [{ usage: ALL_OF_APP, digest: 'a'.repeat(64) }];
    const facts = (asked: boolean, of: typeof one, held: boolean) =>
      pinFacts(call, { asked, pins: of }, B, held);
    expect(facts(true, one, false)).toMatchObject({
      asked: true,
      pinnedText: `configmap/app#${sealOf('a'.repeat(64))}`,
      held: false,
      restorable: undefined,
    });
    expect(facts(true, [], false)).toMatchObject({ asked: true, pinnedText: undefined });
    expect(facts(false, [], true)).toMatchObject({ asked: false, pinnedText: undefined, held: true });
    expect(facts(false, [], false)).toBeUndefined();
  });
});

describe('the pinned sources', () => {
  const digests = new Map([['configmap/app', 'a'.repeat(64)]]);
  const trustBundles = new Set<string>();
  const live = { state: A, digests, trustBundles };
  const of = (label: string | undefined, pinNamespace: boolean) => {
    const workload = deployment(label === undefined ? {} : { labels: { 'lockstep.dev/pin': label } });
    return pinningOf({ workload, before: undefined, pinNamespace }, [ALL_OF_APP], live, []);
  };

  test('exclude trust bundles, and what the cluster’s owner lists, without a word', () => {
    const call = { workload: deployment({}), before: undefined, pinNamespace: true };
    const nothing = { asked: true, pins: [], unpinned: [] };
    const bundle = { ...live, trustBundles: new Set(['configmap/app']) };
    expect(pinningOf(call, [ALL_OF_APP], bundle, [])).toEqual(nothing);
    const listed = (name: string) =>
      pinningOf(call, [ALL_OF_APP], live, [{ kind: 'configmap', name, key: undefined }]);
    expect(listed('a*')).toEqual(nothing);
    expect(listed('b*').pins).toHaveLength(1);
  });

  test('are listed with their whole digests if the workload asks for copies', () => {
    const all = [{ usage: ALL_OF_APP, digest: 'a'.repeat(64) }];
    expect(of('enabled', false)).toEqual({ asked: true, pins: all, unpinned: [] });
    expect(of(undefined, true)).toMatchObject({ asked: true, pins: all });
    expect(of('disabled', true)).toEqual(pinning.NOT_PINNED);
    expect(of('no', false)).toEqual(pinning.NOT_PINNED);
  });

  test('are none if the only source is absent, although copies are asked for', () => {
    const state = configState(new Map([['configmap/app', 'absent']]), v1());
    const found = pinningOf(
      { workload: deployment({}), before: undefined, pinNamespace: true },
      [ALL_OF_APP],
      { ...live, state, digests: new Map([['configmap/app', 'absent']]) },
      [],
    );
    expect(found).toMatchObject({
      asked: true,
      pins: [],
      unpinned: [{ id: 'configmap/app', why: 'absent' }],
    });
  });
});
