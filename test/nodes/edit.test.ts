import { expect, type TestContext, test } from 'vitest';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, secret, type WebOptions, web } from '../../lab/lockstep/manifests.ts';
import { sandbox } from '../../lab/lockstep/sandbox.ts';
import { type AppOptions, app } from '../../lab/nodes/app-manifests.ts';
import { type Answer, type NoAnswer, receivedAnswers, valuesOf } from '../../lab/nodes/asking.ts';
import { FIRST, ROLL_ON, SETTLE } from '../../src/marks/names.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { onePodSet, type Scene, scene, sceneOf } from './scene.ts';
import { usePinInstalled } from './use-installed.ts';

/** This many equal answers are no coincidence: see story.test.ts. */
const MANY = 40;

/** For several tests at once on a busy machine. */
const LONG = { timeout: 240_000 };

/** Nobody but these rolls after an edit in the cluster that all files share. */
const AT_THE_EDIT = { [ROLL_ON]: 'create,update,scale,node,edit', [SETTLE]: '1s' };

/** kube-proxy may still send requests to a pod that was told to end, for longer on a busy machine. */
const GENTLE = { lifecycle: { preStop: { sleep: { seconds: 2 } } } };

/** A workload that rolls at the edit, and that loses no request when it does. */
const rolling = ({ container, ...options }: AppOptions = {}) => ({
  annotations: AT_THE_EDIT,
  container: { ...GENTLE, ...container },
  ...options,
});

/** A Deployment `canary`, which the Service does not know. */
function canary(options: WebOptions): object {
  const labels = { app: 'canary' };
  const text = JSON.stringify(web(options));
  const own = JSON.parse(text.replaceAll(JSON.stringify({ app: 'web' }), JSON.stringify(labels)));
  return { ...own, metadata: { ...own.metadata, name: 'canary' } };
}

/** The time of the first answer with the value, or of the last one. */
const timeOf = (answers: readonly (Answer | NoAnswer)[], value: string, which: 'find' | 'findLast') =>
  receivedAnswers(answers)[which]((answer) => answer.value === value)?.at ?? Number.NaN;

/**
 * Edits `a` from 1 to 2, and waits until the Service answers only 2. It must have answered each question, with one of
 * both.
 * @param what for the output
 */
async function expectMove({ box, asking }: Scene, what: string, edit: () => Promise<unknown>): Promise<void> {
  expect(valuesOf(await asking.next(MANY))).toEqual(['1']);
  const begun = asking.answers.length;
  const start = Date.now();
  await edit();
  await eventually(async () => valuesOf(await asking.next(MANY)).join() === '2', {
    timeoutMs: 90_000,
    what: 'only new answers of the Service',
  });
  await box.untilRolledOut();
  expect(valuesOf(await asking.next(MANY))).toEqual(['2']);
  const answers = asking.answers.slice(begun);
  expect(answers.filter(({ kind }) => kind === 'none')).toEqual([]);
  expect(valuesOf(answers)).toEqual(['1', '2']);
  const [first, last] = [timeOf(answers, '2', 'find') - start, timeOf(answers, '1', 'findLast') - start];
  console.log(`measured: ${what}: first new answer after ${first} ms, last old answer after ${last} ms`);
}

describeOnNodes('an edit that no call follows, with containers that read their environment once', (use) => {
  usePinInstalled(() => use().cluster);

  const closing = (context: TestContext, it: Scene): Scene => {
    context.onTestFinished(it.close);
    return it;
  };

  test.concurrent('of a ConfigMap: all pods roll once, and no request is lost', LONG, async (context) => {
    const it = closing(context, await scene(use().cluster, {}, rolling()));
    const old = it.replicaSets();
    const made = it.madeFromNowOn();
    await expectMove(it, 'a ConfigMap is edited', () => it.box.editConfig({ a: '2' }));
    await onePodSet(it, 2);
    expect(made()).toHaveLength(2);
    expect(made().filter((name) => old.has(name))).toEqual([]);
  });

  test.concurrent('of a Secret that a controller rotates: the same', LONG, async (context) => {
    const { cluster } = use();
    const box = await sandbox(cluster);
    await box.apply(secret({ a: '1' }));
    const container = { envFrom: [{ secretRef: { name: 'db' } }] };
    const it = closing(
      context,
      await sceneOf(cluster, box, app(rolling({ container })), () => box.untilRolledOut()),
    );
    const made = it.madeFromNowOn();
    const rotate = ['patch', 'secret', 'db', '--patch', '{"stringData":{"a":"2"}}'];
    await expectMove(it, 'a Secret is rotated', () => box.kubectl(rotate));
    await onePodSet(it, 2);
    expect(made()).toHaveLength(2);
  });

  test.concurrent(
    'with which an app crashes: the others answer as before, until it is mended',
    LONG,
    async (context) => {
      const { cluster } = use();
      const box = await sandbox(cluster);
      const first = { ...AT_THE_EDIT, [FIRST]: 'true' };
      const ahead = app(rolling({ make: canary, replicas: 1, annotations: first }));
      await box.apply(configMap({ a: '1' }), ahead);
      const it = closing(context, await sceneOf(cluster, box, app(rolling()), () => box.untilRolledOut()));
      await box.untilRolledOut('canary');
      const made = it.madeFromNowOn();
      await box.editConfig({ a: 'bad' });
      const get = ['get', 'events', '--field-selector=reason=WaitsForEdit', '-o'];
      const waits = async () =>
        (await box.kubectl([...get, 'jsonpath={.items[*].involvedObject.name}'])).stdout;
      await eventually(async () => (await waits()) === 'web', {
        timeoutMs: 60_000,
        what: 'the event of the one that waits',
      });
      expect(valuesOf(it.asking.answers)).toEqual(['1']);
      await expectMove(it, 'the bad edit is mended', () => box.editConfig({ a: '2' }));
      await box.untilRolledOut('canary');
      const names = made().map((name) => name.split('-')[0]);
      expect(names).toEqual(['canary', 'canary', 'web', 'web']);
      expect(it.asking.answers.filter(({ kind }) => kind === 'none')).toEqual([]);
    },
  );
});
