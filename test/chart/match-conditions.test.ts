import { describe, expect, test } from 'vitest';
import type { Values } from './helm.ts';
import { webhooks } from './rendered.ts';
import { OUTSIDE, PIN } from './variants.ts';

async function webhook(name: string, values: Values = OUTSIDE) {
  const found = (await webhooks(values)).find((each) => each.name === `${name}.lockstep.dev`);
  if (found === undefined) throw new Error(`no webhook ${name}`);
  return found;
}

/** A webhook's match conditions by name, with line breaks taken out. */
async function conditions(name: string, values?: Values) {
  const found = (await webhook(name, values)).matchConditions ?? [];
  return Object.fromEntries(found.map((each) => [each.name, each.expression.trim()]));
}

describe('the match conditions', () => {
  test('of template leave out our own PATCH and what is being deleted', async () => {
    expect(await conditions('template')).toEqual({
      'not-our-own-patch': "request.userInfo.username != 'system:serviceaccount:lockstep:lockstep'",
      'not-being-deleted': '!has(object.metadata.deletionTimestamp)',
    });
  });

  test('of template know the ServiceAccount by the name it was given', async () => {
    expect(await conditions('template', { ...OUTSIDE, serviceAccount: { name: 'pacer' } })).toMatchObject({
      'not-our-own-patch': "request.userInfo.username != 'system:serviceaccount:lockstep:pacer'",
    });
  });

  test('of scale let scale-ups through', async () => {
    expect(await conditions('scale')).toEqual({
      'scale-up': 'object.?spec.?replicas.orValue(0) > oldObject.?spec.?replicas.orValue(0)',
    });
  });

  // That they do on the API server what they say here is in pin-asked.test.ts.
  test.each(['pod', 'pod-deny'])('of %s let pods of pinned ReplicaSets through', async (name) => {
    expect(await conditions(name, { ...OUTSIDE, ...PIN })).toEqual({
      pinned: "object.metadata.?annotations[?'lockstep.dev/pinned'].orValue('') != ''",
      'of-a-replicaset':
        "object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) && o.kind == 'ReplicaSet')",
    });
  });

  test('of template and scale are the same for namespaces that ask for pin', async () => {
    for (const name of ['template', 'scale']) {
      expect(await conditions(`${name}-pin`, { ...OUTSIDE, ...PIN })).toEqual(await conditions(name));
    }
  });

  test('of ceiling let growing ReplicaSets of Deployments through, whether lockstep wrote to them or not', async () => {
    expect(await conditions('ceiling')).toEqual({
      growing: 'object.?spec.?replicas.orValue(1) > oldObject.?spec.?replicas.orValue(1)',
      'of-a-deployment':
        "object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) && o.kind == 'Deployment')",
    });
  });
});
