import { eventually } from '../../lab/control-plane/eventually.ts';
import type { Lockstep } from '../../lab/lockstep/lockstep.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { BAD, CHECKED, startGoodPods } from './starting-pods.ts';
import { leftoversIn, untilGone } from './unowned-copies.ts';

/** A workload whose pods start with good configuration, and read these ConfigMaps. */
const reading = (name: string, source: string, annotations = {}) =>
  web({
    name,
    replicas: 1,
    annotations,
    podSpec: {
      ...CHECKED,
      containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: source } }] }],
    },
  });

const ONLY_CALLS = { 'lockstep.dev/roll-on': 'create,update,scale' };

/** One entry more than lockstep checks. */
const TOO_MUCH = { 'lockstep.dev/ignore': Array.from({ length: 101 }, (_, n) => `configmap/c${n}`).join() };

/** How many rollouts after edits have come to this. */
const edits = (lockstep: Lockstep, event: string) =>
  lockstep.program().metric('lockstep_edit_rollouts_total', { event });

/** How many certificates lockstep has taken into use after its start. */
export const reloads = (lockstep: Lockstep) =>
  lockstep.program().metric('lockstep_certificate_reloads_total', { result: 'ok' });

const untilEdits = (lockstep: Lockstep, event: string, count: number) =>
  eventually(async () => (await edits(lockstep, event)) === count, { what: `${count} ${event}` });

/**
 * A short story, whose numbers the dashboard must show:
 * - `web` is created, drifts by an edit, and rolls at a scale-up. A dry run of the same rolls nothing.
 * - `big` cannot be checked.
 * - `solo` rolls after an edit, and gets through.
 * - A copy that nobody needs is swept.
 * - `a` and `b` share a source. One of them rolls after a bad edit and fails, so the other one is stopped.
 */
export async function play(lockstep: Lockstep): Promise<Sandbox> {
  const box = await lockstep.sandbox();
  const stop = startGoodPods(lockstep.cluster, box);
  try {
    await box.apply(
      configMap({ a: '1' }),
      configMap({ a: '1' }, 'own'),
      configMap({ a: '1' }, 'shared'),
      reading('web', 'app', ONLY_CALLS),
      reading('big', 'app', TOO_MUCH),
      reading('solo', 'own'),
      reading('a', 'shared'),
      reading('b', 'shared'),
      (await leftoversIn(box))('unneeded'),
    );
    await Promise.all(['web', 'solo', 'a', 'b'].map((name) => box.untilRolledOut(name)));
    await box.editConfig({ a: '2' }, 'own');
    await untilEdits(lockstep, 'complete', 1);
    await box.editConfig({ a: BAD }, 'shared');
    await untilEdits(lockstep, 'failed', 1);
    await box.editConfig({ a: '2' });
    await box.kubectl(['scale', 'deployment/web', '--replicas=2', '--dry-run=server']);
    await box.kubectl(['scale', 'deployment/web', '--replicas=2']);
    const before = await reloads(lockstep);
    await lockstep.renewCertificate();
    await eventually(async () => (await reloads(lockstep)) > before, { what: 'the new certificate in use' });
    await untilGone(box, 'unneeded');
    return box;
  } finally {
    await stop();
  }
}
