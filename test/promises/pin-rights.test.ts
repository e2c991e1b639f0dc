import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { DAEMON_SET, STATEFUL_SET } from '../../lab/lockstep/kinds.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { copyOf, PIN, replacePods } from '../../lab/lockstep/pinned.ts';
import { addedRights } from '../kit/chart/granted.ts';
import { nameOf } from '../kit/chart/rights.ts';
import { job } from '../kit/jobs.ts';
import { useLockstep } from '../kit/use-lockstep.ts';
import { leftoversIn } from './unowned-copies.ts';

const lockstep = useLockstep({ register: false });
const WITH_SECRETS = { webhook: { url: 'https://127.0.0.1:9443' }, secrets: { enabled: true } };

test('every right that pin adds is one that lockstep uses', async () => {
  const keys = join(lockstep().folder, 'keys');
  await writeFile(keys, 'a key of the installation, and not a short one', { mode: 0o600 });
  const flags = ['--pin=on', '--pin-grace=1s', '--lease=lockstep/lockstep', '--secrets=on'];
  await lockstep().restart([...flags, '--secrets-key-file', keys]);
  await lockstep().register({ 'pin.enabled': 'true', 'secrets.enabled': 'true' });
  const envFrom = [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }];
  const podSpec = { containers: [{ name: 'web', image: 'web:1', envFrom }] };
  const box = await lockstep().sandbox();
  await box.apply(
    configMap({ a: '1' }),
    secret({ p: '1' }),
    web({ labels: PIN, podSpec }),
    job({ labels: PIN }),
  );
  await box.untilRolledOut();
  // lockstep makes a deleted copy again, with the help of the ReplicaSet. If it cannot, an event says so.
  await box.kubectl(['delete', 'secret', await copyOf(box, 'secret/db')]);
  await replacePods(box);
  await box.editConfig({ a: '2' });
  await box.kubectl(['delete', 'configmap', await copyOf(box)]);
  await replacePods(box);
  for (const kind of [STATEFUL_SET, DAEMON_SET]) {
    const each = await lockstep().sandbox({}, kind);
    await each.apply(configMap({ a: '1' }), kind.web({ labels: PIN }));
    await each.untilRolledOut();
    await each.editConfig({ a: '2' });
    // The workload reserves the copy until its revision owns it.
    await each.kubectl(['annotate', each.subject, 'n=1']);
    await each.untilRolledOut();
  }
  // And the sweep deletes a copy that is only reserved.
  const leftover = await leftoversIn(box);
  await box.apply(leftover('nobody'), leftover('nobody', {}, 'Secret'));
  const rights = await addedRights(WITH_SECRETS, { pin: { enabled: true } });
  const unused = async () => {
    const used = await Promise.all(
      rights.map(({ verb, resource }) =>
        lockstep().program().metric('lockstep_api_requests_total', { verb, resource }),
      ),
    );
    return rights.filter((_, i) => used[i] === 0).map(nameOf);
  };
  await eventually(async () => (await unused()).length === 0, { what: 'the use of every right' }).catch(
    async () => expect(await unused()).toEqual([]),
  );
  expect(rights.length).toBeGreaterThan(10);
  const names = rights.map(nameOf).join();
  for (const right of ['list daemonsets', 'list statefulsets', 'get controllerrevisions'])
    expect(names).toContain(right);
});
