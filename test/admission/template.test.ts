import jsonpatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import type { TemplateRequest } from '../../src/admission/review.ts';
import { reviewTemplate } from '../../src/admission/template.ts';
import { marksOf } from '../../src/marks/marks.ts';
import { plainCopies } from '../kit/copies.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewContext, reviewDeps } from '../kit/reviews.ts';

const FOUND = {
  configMaps: { 'configmap/app': { a: '1' } },
  namespaceLabels: { 'lockstep.dev/pin': 'enabled' },
};
const request = (changes: Partial<TemplateRequest> = {}): TemplateRequest => ({
  uid: 'u1',
  namespace: 'shop',
  resource: { group: 'apps', resource: 'deployments' },
  operation: 'CREATE',
  object: deployment({}),
  ...changes,
});

/** Reviews a create or an update. Returns the outcome and the calls of the ports. */
async function runReview(changes: Partial<TemplateRequest>, context = reviewContext()) {
  const { copies, asked: askedOfCopies } = plainCopies();
  const { deps, asked } = reviewDeps(FOUND, { copies });
  return { ...(await reviewTemplate(deps, request(changes), context)), asked, askedOfCopies };
}

/** The object after the patch of a review. */
async function patchedObject(object = deployment({})) {
  const outcome = await runReview({ object });
  if (outcome.decision !== 'write') throw new Error(`not written: ${outcome.reason}`);
  return jsonpatch.applyPatch(structuredClone(object), outcome.patch).newDocument;
}

test('a create gets the marks of the live configuration in the object under review', async () => {
  const after = await patchedObject();
  expect(marksOf(viewOf(after))).toMatchObject({
    hash: expect.stringMatching(/^v1-[0-9a-f]{64}$/),
    sources: expect.stringMatching(/^\{"configmap\/app":"[0-9a-f]{16}"\}$/),
    pinned: undefined,
  });
});

test('an update is compared with the object before it, and a create with nothing', async () => {
  const inStep = await patchedObject();
  const again = { object: inStep, oldObject: inStep };
  expect(await runReview({ operation: 'UPDATE', ...again })).toMatchObject({
    decision: 'leave',
    reason: 'in-step',
  });
  const dropped = { operation: 'UPDATE', object: deployment({}), oldObject: inStep } as const;
  expect(await runReview(dropped)).toMatchObject({ decision: 'write', reason: 'annotations-restored' });
  expect(await runReview({ ...dropped, operation: 'CREATE' })).toMatchObject({ reason: 'created' });
});

test('an object of an unknown kind is not changed, and nothing is read', async () => {
  const resource = { group: 'apps', resource: 'orchards' };
  expect(await runReview({ resource })).toEqual({
    decision: 'leave',
    reason: 'unknown-kind',
    warnings: [],
    asked: [],
    askedOfCopies: [],
  });
});

describe('copies', () => {
  test('are made if the path says that the namespace asks for them', async () => {
    const { askedOfCopies } = await runReview({}, reviewContext({ pinNamespace: true }));
    expect(askedOfCopies).toEqual([expect.stringMatching(/^make configmap\/app /)]);
    expect((await runReview({})).askedOfCopies).toEqual([]);
  });

  test('are not made on a dry run, which has the same answer', async () => {
    const context = reviewContext({ pinNamespace: true });
    const { asked, askedOfCopies, ...tried } = await runReview({ dryRun: true }, context);
    expect(askedOfCopies).toEqual([]);
    const { asked: read, ...outcome } = await runReview({}, context);
    expect(outcome).toMatchObject(tried);
    // Before it makes copies, lockstep looks at the namespace.
    expect(read).toEqual([...asked, 'namespace shop']);
  });
});
