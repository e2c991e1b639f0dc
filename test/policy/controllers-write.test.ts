import { describe, expect, test } from 'vitest';
import { CONFIG_HASH } from '../../src/marks/names.ts';
import { isControllersWrite } from '../../src/policy/controllers-write.ts';
import { DEPLOYMENT } from '../../src/workloads/deployment.ts';
import { ROLLOUT, type Rollout } from '../../src/workloads/rollout.ts';
import { workloadOf } from '../../src/workloads/workload.ts';

const REVISION = 'rollout.argoproj.io/revision';

function of(
  annotations: Record<string, string>,
  spec: Partial<Rollout['spec']> = {},
  hash = 'v1-a',
  kind = ROLLOUT,
) {
  const template = {
    metadata: { annotations: { [CONFIG_HASH]: hash } },
    spec: { containers: [{ name: 'web', resources: { limits: { cpu: 0.5 } } }] },
  };
  return workloadOf(
    kind,
    { metadata: { annotations }, spec: { replicas: 2, template, ...spec } } as never,
    'shop',
  );
}
const before = of({ note: 'x', [REVISION]: '1' });
const noted = { note: 'x', [REVISION]: '2' };
const rewritten = {
  metadata: { annotations: { [CONFIG_HASH]: 'v1-a' } },
  spec: { containers: [{ name: 'web', resources: { limits: { cpu: '500m' } } }] },
};

describe('a write is the Rollouts controller’s', () => {
  test.each([
    ['if it counts a revision', before, of(noted)],
    ['if it prints the template in its own way as well', before, of(noted, { template: rewritten })],
    [
      'if it writes the number of replicas that was meant',
      of({}, { replicas: null }),
      of({}, { replicas: 1 }),
    ],
  ])('%s', (_when, then, now) => {
    expect(isControllersWrite(then, now)).toBe(true);
  });
});

describe('a write is a user’s', () => {
  test.each([
    ['if it notes nothing', before, of({ note: 'x', [REVISION]: '1' })],
    ['if it drops the note, as a replace does', before, of({ note: 'x' })],
    ['if it changes another annotation', before, of({ ...noted, note: 'y' })],
    ['if it scales', before, of(noted, { replicas: 3 })],
    ['if it changes the template', before, of(noted, { template: { spec: { containers: [] } } })],
    ['if it changes lockstep’s marks', before, of(noted, {}, 'v1-b')],
    ['if it writes another number of replicas', of({}, { replicas: null }), of({}, { replicas: 2 })],
    [
      'if the workload is none of a custom kind',
      of({}, {}, 'v1-a', DEPLOYMENT),
      of(noted, {}, 'v1-a', DEPLOYMENT),
    ],
  ])('%s', (_when, then, now) => {
    expect(isControllersWrite(then, now)).toBe(false);
  });
});
