import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, secret } from '../../lab/lockstep/manifests.ts';
import { copiesIn, eventsIn, ownersIn, PIN, podsIn, readBy } from '../../lab/lockstep/pinned.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { COPY_LABEL, COPY_OF } from '../../src/marks/names.ts';
import { copiesOf, endPod, job, jobUid, untilPods } from '../kit/jobs.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const VALUES = { 'pin.enabled': 'true', 'secrets.enabled': 'true', 'secrets.keySecretName': 'keys' };
const lockstep = useLockstep({ flags: ['--pin=on', '--secrets=on'], secrets: true, values: VALUES });

const APP = configMap({ a: '1' });
const nameFor = async (box: Sandbox, source = 'app', of = 'task') =>
  `${source}-lockstep-job-${await jobUid(box, of)}`;

describe('all pods of a Job read what its first pod found', () => {
  /** One whose first pod fails. The Job's controller waits ten seconds before it tries again. */
  let retried: Sandbox;
  beforeAll(async () => {
    retried = await lockstep().sandbox();
    await retried.apply(APP, job({ labels: PIN }));
    await endPod(retried, 'Failed');
    await retried.editConfig({ a: '2' });
  });

  test('one after another, with an edit in between; the copies go with the Job', async () => {
    const box = await lockstep().sandbox();
    await box.apply(APP, secret({ p: '1' }), job({ labels: PIN, spec: { completions: 3 }, secret: true }));
    await endPod(box, 'Succeeded');
    await box.editConfig({ a: '2' });
    await box.apply(secret({ p: '2' }));
    await untilPods(box, 2);
    const names = [await nameFor(box), await nameFor(box, 'db')];
    expect(await readBy(box)).toEqual([names, names]);
    expect(await copiesIn(box)).toMatchObject([{ immutable: true, data: { a: '1' } }]);
    expect(await copiesIn(box, 'secrets')).toMatchObject([{ immutable: true, data: { p: btoa('1') } }]);
    expect(ownersIn(await copiesIn(box, 'secrets'))).toEqual([['Job/task']]);
    await box.kubectl(['delete', 'job/task']);
    await eventually(async () => (await copiesOf(box)).length === 0);
  });

  test('of parallel ones, all of the same copy, whichever was first', async () => {
    const box = await lockstep().sandbox(PIN);
    const spec = { completionMode: 'Indexed', completions: 8, parallelism: 4 };
    await box.apply(APP, job({ spec }));
    await untilPods(box, 4);
    await box.editConfig({ a: '2' });
    for (let i = 0; i < 4; i += 1) await endPod(box, 'Succeeded');
    await untilPods(box, 8);
    const name = await nameFor(box);
    expect(await readBy(box)).toEqual(Array.from({ length: 8 }, () => [name]));
    expect(await copiesIn(box)).toMatchObject([{ data: { a: '1' } }]);
  });

  test('also after a suspension; a Job that starts suspended decides when it resumes', async () => {
    const box = await lockstep().sandbox();
    await box.apply(APP, job({ labels: PIN, spec: { suspend: true } }));
    const suspend = (suspended: boolean) =>
      box.kubectl([
        'patch',
        'job/task',
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { suspend: suspended } }),
      ]);
    await box.editConfig({ a: '2' });
    await suspend(false);
    await untilPods(box, 1);
    await suspend(true);
    await untilPods(box, 0);
    await box.editConfig({ a: '3' });
    await suspend(false);
    await untilPods(box, 1);
    expect(await readBy(box)).toEqual([[await nameFor(box)]]);
    expect(await copiesIn(box)).toMatchObject([{ data: { a: '2' } }]);
  });

  test('each Job of a CronJob for itself', async () => {
    const box = await lockstep().sandbox();
    const { spec } = job();
    const cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly' },
      spec: { schedule: '0 0 1 1 *', jobTemplate: { metadata: { labels: PIN }, spec } },
    };
    await box.apply(APP, cronJob);
    const run = (name: string) => box.kubectl(['create', 'job', name, '--from=cronjob/nightly']);
    await run('one');
    await untilPods(box, 1);
    await box.editConfig({ a: '2' });
    await run('two');
    await untilPods(box, 2);
    expect((await readBy(box)).flat().sort()).toEqual(
      [await nameFor(box, 'app', 'one'), await nameFor(box, 'app', 'two')].sort(),
    );
    expect((await copiesIn(box)).map(({ data }) => data?.['a']).sort()).toEqual(['1', '2']);
  });

  test('an optional source that did not exist stays away; a required one is read once it is there', async () => {
    const box = await lockstep().sandbox();
    const spec = { completions: 4 };
    await box.apply(APP, job({ labels: PIN, spec, optional: ['more'], required: ['later'] }));
    await untilPods(box, 1);
    const [absent, app] = ['more-lockstep-absent_', await nameFor(box)];
    const later = await nameFor(box, 'later');
    expect(await readBy(box)).toEqual([[app, 'later', absent]]);
    await expect
      .poll(() => eventsIn(box, 'NotPinned'))
      .toEqual(['configmap/later stays live in pods of job/task: it does not exist']);
    await box.apply(configMap({ b: '1' }, 'more'), configMap({ c: '1' }, 'later'));
    await endPod(box, 'Succeeded');
    await box.editConfig({ c: '2' }, 'later');
    await untilPods(box, 2);
    await endPod(box, 'Succeeded');
    await untilPods(box, 3);
    expect((await readBy(box)).filter((names) => names.includes('later'))).toHaveLength(1);
    expect(
      (await readBy(box)).filter((names) => names.includes(later) && names.includes(absent)),
    ).toHaveLength(2);
  });

  test('and the retry of a pod that failed', async () => {
    await untilPods(retried, 2, 30_000);
    const name = await nameFor(retried);
    expect(await readBy(retried)).toEqual([[name], [name]]);
    expect(await copiesIn(retried)).toMatchObject([{ data: { a: '1' } }]);
  });
});

describe('pods read live configuration', () => {
  test('of a Job that does not ask, without a write', async () => {
    const box = await lockstep().sandbox();
    const off = await lockstep().sandbox({ ...PIN, 'lockstep.dev/inject': 'disabled' });
    await box.apply(APP, job(), job({ name: 'off', labels: { ...PIN, 'lockstep.dev/inject': 'disabled' } }));
    await off.apply(APP, job({ labels: PIN }));
    await untilPods(box, 2);
    await untilPods(off, 1);
    expect([...(await readBy(box)), ...(await readBy(off))]).toEqual([['app'], ['app'], ['app']]);
    expect([...(await copiesIn(box)), ...(await copiesIn(off))]).toEqual([]);
  });

  test('of a Job whose copy is forged, with an event; if errors deny, they wait and no failure is counted', async () => {
    const [box, denying] = [
      await lockstep().sandbox(),
      await lockstep().sandbox({ 'lockstep.dev/on-error': 'deny' }),
    ];
    for (const each of [box, denying]) {
      await each.apply(APP, job({ labels: PIN, spec: { suspend: true } }));
      const note = { source: 'configmap/app', digest: '0'.repeat(64), data: 'all', binaryData: [] };
      const metadata = {
        name: await nameFor(each),
        labels: { [COPY_LABEL]: 'true' },
        annotations: { [COPY_OF]: JSON.stringify(note) },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'task', uid: await jobUid(each) }],
      };
      await each.apply({ ...configMap({ a: 'forged' }), metadata, immutable: true });
      await each.kubectl(['patch', 'job/task', '--type=merge', '-p', '{"spec":{"suspend":false}}']);
    }
    const why = (name: string) =>
      `configmap/${name} is not the copy that lockstep made: its digest was made without the key. Delete it`;
    await untilPods(box, 1);
    expect(await readBy(box)).toEqual([['app']]);
    await expect.poll(() => eventsIn(box, 'NotPinned')).toEqual([why(await nameFor(box))]);
    const name = await nameFor(denying);
    await expect.poll(() => eventsIn(denying, 'FailedCreate')).toEqual([expect.stringContaining(why(name))]);
    await denying.kubectl(['delete', 'configmap', name]);
    await untilPods(denying, 1, 30_000);
    expect(await readBy(denying)).toEqual([[name]]);
    const { stdout } = await denying.kubectl(['get', 'job/task', '-o', 'jsonpath={.status.failed}']);
    expect(stdout).toBe('');
  });

  test('of a suspended Job, or of one that does not exist, makes no copy, and neither does a dry run', async () => {
    const box = await lockstep().sandbox();
    await box.apply(APP, job({ labels: PIN, spec: { suspend: true } }), job({ name: 'runs', labels: PIN }));
    await untilPods(box, 1);
    const byHand = async (name: string, owner: string, uid: string) => {
      const { template } = Object(job().spec);
      const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: owner, uid, controller: true }];
      return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ownerReferences }, spec: template.spec };
    };
    const mine = await byHand('mine', 'task', await jobUid(box));
    const dry = await box.kubectl(
      ['create', '--dry-run=server', '-o', 'yaml', '-f', '-'],
      JSON.stringify(mine),
    );
    expect(dry.stdout).not.toContain('-lockstep-job-');
    await box.apply(mine);
    await box.kubectl(['delete', 'configmap', await nameFor(box, 'app', 'runs')]);
    const other = await byHand('dry', 'runs', await jobUid(box, 'runs'));
    const { stdout } = await box.kubectl(
      ['create', '--dry-run=server', '-o', 'yaml', '-f', '-'],
      JSON.stringify(other),
    );
    expect(stdout).toContain(`name: ${await nameFor(box, 'app', 'runs')}`);
    expect(await copiesIn(box)).toEqual([]);
    const [read] = (await podsIn(box)).filter(({ name }) => name === 'mine');
    expect(JSON.stringify(read?.spec)).not.toContain('-lockstep-');
  });

  test('while lockstep is down', async () => {
    const box = await lockstep().sandbox(PIN);
    await lockstep().program().stop();
    await box.apply(APP, job());
    await untilPods(box, 1);
    expect(await readBy(box)).toEqual([['app']]);
  });
});
