import { describe, expect, test } from 'vitest';
import { asksToBeHeld, holdProblems, isHeld, refusedPodMessage } from '../../src/policy/until-configured.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { HOLD, holding } from '../kit/held.ts';

const NAME = 'lockstep.dev/hold-until-configured';
const withTemplate = (value: string) => viewOf(deployment({ template: { [NAME]: value } }));

test('only the word true asks', () => {
  expect(['true', 'false', 'True', '1', ''].filter((value) => asksToBeHeld({ [NAME]: value }))).toEqual([
    'true',
  ]);
  expect(asksToBeHeld(undefined)).toBe(false);
});

test('pods are held only if the cluster’s owner allows it, and the template asks', () => {
  expect([true, false, undefined].map((isOn) => isHeld(withTemplate('true'), isOn))).toEqual([
    true,
    false,
    false,
  ]);
  expect(isHeld(withTemplate('false'), true)).toBe(false);
  expect(isHeld(viewOf(deployment({ annotations: HOLD })), true)).toBe(false);
});

describe('what does not count is told', () => {
  const whys = (workload: Parameters<typeof holdProblems>[0], isOn: boolean | undefined = true) =>
    holdProblems(workload, isOn).map(({ part, why }) => `${part} ${why}`);

  test('a value, and an option', () => {
    expect(whys(withTemplate('yes'))).toEqual(['yes is neither true nor false']);
    expect(whys(withTemplate('true'), false)).toEqual(['true is switched off in this cluster']);
    expect(whys(withTemplate('false'), false)).toEqual([]);
    // Outside a cluster, nobody knows what its owner has chosen.
    expect(whys(withTemplate('true'), undefined)).toEqual([]);
    expect(whys(withTemplate('true'))).toEqual([]);
  });

  test('a place', () => {
    const place = 'does not reach its pods: annotate the pod template (spec.template.metadata.annotations)';
    expect(whys(viewOf(deployment({ annotations: HOLD })))).toEqual([`true ${place}`]);
    expect(whys(viewOf(deployment({ labels: HOLD })))).toEqual([
      'true is a label on the workload, and an annotation of its pod template is needed',
    ]);
    const { spec, ...rest } = deployment({});
    const template = { ...spec.template, metadata: { labels: HOLD } };
    expect(whys(viewOf({ ...rest, spec: { ...spec, template } }))).toEqual([
      'true is a label of the pod template, and an annotation is needed',
    ]);
  });
});

test('the refusal names what is missing, where, who waits, and what to do', () => {
  expect(refusedPodMessage([{ id: 'configmap/app', keys: [] }], 'shop', 'deployment/web')).toBe(
    'configmap/app is missing in namespace shop, and deployment/web asks to wait for it ' +
      `(${NAME}). Create it, or remove that annotation from the pod template`,
  );
  const two = [
    { id: 'configmap/app', keys: ['a', 'b'] },
    { id: 'secret/db', keys: [] },
  ];
  expect(refusedPodMessage(two, 'shop', 'job/task')).toBe(
    'key a of configmap/app and 2 more are missing in namespace shop, and job/task asks to wait for them ' +
      `(${NAME}). Create them, or remove that annotation from the pod template`,
  );
  const long = 'n'.repeat(300);
  expect(refusedPodMessage([{ id: long, keys: [long] }], 'n'.repeat(63), long).length).toBeLessThan(1_024);
});

test('the kit annotates the template', () => {
  expect(Object(holding(deployment({}))).spec.template.metadata.annotations).toMatchObject(HOLD);
});
