import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { web } from '../../lab/lockstep/manifests.ts';
import { objects } from '../kit/chart/rendered.ts';
import { nameOf, rightsOf } from '../kit/chart/rights.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { type Granted, grant } from './rights/grant.ts';
import { SCENARIOS } from './rights/scenarios.ts';
import { OUTSIDE } from './variants.ts';

const lockstep = useLockstep({ register: false });

// Values that need all rights except those for certificates (rights-of-certificates.test.ts) and for pin
// (test/promises/pin-rights.test.ts).
const rendered = await objects({ ...OUTSIDE, inject: { default: 'disabled' }, secrets: { enabled: true } });
const role: Granted = { kind: 'clusterrole', rights: rightsOf(rendered.of('ClusterRole').rules ?? []) };

beforeAll(async () => {
  const keys = join(lockstep().folder, 'keys');
  await writeFile(keys, randomBytes(32).toString('base64'));
  await lockstep().restart(['--inject-default=disabled', '--secrets=on', `--secrets-key-file=${keys}`]);
  await lockstep().apply({ 'inject.default': 'disabled', 'secrets.enabled': 'true' });
  await grant(role);
  await untilCalled();
});

/** Waits until the API server calls lockstep: a dry run returns its annotation. */
async function untilCalled(): Promise<void> {
  const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'enabled' });
  const dry = ['create', '--dry-run=server', '-o', 'yaml', '-f', '-'];
  await eventually(async () => {
    return (await box.kubectl(dry, JSON.stringify(web()))).stdout.includes('lockstep.dev/config-hash');
  });
}

describe('each right of the ClusterRole', () => {
  afterEach(() => grant(role));

  test('has one scenario that needs it', () => {
    expect(role.rights.map(nameOf).sort()).toEqual(Object.keys(SCENARIOS).sort());
  });

  test.each(role.rights.map((right) => [nameOf(right), right] as const))(
    'is needed: %s',
    async (name, right) => {
      const scenario = SCENARIOS[name];
      if (scenario === undefined) throw new Error(`no scenario needs ${name}`);
      const play = async (around: () => Promise<void>) => {
        const box = await lockstep().sandbox(scenario.labels);
        await scenario.before?.(box);
        await around();
        const said = await scenario.call(box);
        return { said, done: await scenario.done(box, said) };
      };

      const granted = await play(async () => undefined);
      expect(granted).toMatchObject({ done: true, said: expect.not.stringContaining('was not checked') });
      const refused = await play(() => grant(role, right));
      if (!scenario.silent)
        expect(refused.said).toContain(`was not checked: the API server answered 403 to ${name}`);
      expect(refused.done).toBe(false);
    },
  );
});
