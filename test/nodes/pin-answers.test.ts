import { expect, type TestContext, test } from 'vitest';
import { livePods } from '../../lab/control-plane/events.ts';
import { PIN } from '../../lab/lockstep/pinned.ts';
import { type AppOptions, app } from '../../lab/nodes/app-manifests.ts';
import { receivedAnswers, valuesOf } from '../../lab/nodes/asking.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { drainDuring } from './drain.ts';
import { killIn, MORTAL, misfortunes } from './misfortunes.ts';
import {
  answersBySet,
  answersNow,
  copiedBySet,
  firstOfNewSet,
  openStage,
  restartContainer,
  restartsSeen,
  type Stage,
} from './pin-stage.ts';
import { onePodSet } from './scene.ts';
import { usePinInstalled } from './use-installed.ts';

/** For two tests at once on a busy machine. */
const LONG = { timeout: 240_000 };

/** The name of a pod on a node. */
async function podOn({ box }: Stage, node: string): Promise<string> {
  const path = 'jsonpath={.items[0].metadata.name}';
  const get = ['get', 'pods', `--field-selector=spec.nodeName=${node}`, '-o', path];
  return (await box.kubectl(get)).stdout;
}

/** Edits the source and makes an update that rolls to it. */
async function editAndRoll({ box }: Stage, a: string): Promise<void> {
  await box.editConfig({ a });
  await box.kubectl(['annotate', '--overwrite', 'deployment/web', `n=${a}`]);
  await box.untilRolledOut();
}

async function scaleTo(it: Stage, replicas: number): Promise<void> {
  await it.box.kubectl(['scale', 'deployment/web', `--replicas=${replicas}`]);
  await it.box.untilRolledOut();
  await onePodSet(it, replicas);
}

describeOnNodes(
  'Pin: containers answer with the configuration that their ReplicaSet was made with',
  (use) => {
    usePinInstalled(() => use().cluster);
    const open = async ({ onTestFinished }: TestContext, options: AppOptions = {}): Promise<Stage> => {
      const stage = await openStage(use(), { labels: PIN, ...options });
      onTestFinished(() => stage.close());
      return stage;
    };

    // They run beside each other, because both mostly wait for pods.
    test.concurrent(
      'after three edits in the middle of rollouts, with scales and container restarts',
      LONG,
      async (context) => {
        // Slow enough for an edit in the middle of the rollout.
        const it = await open(context, { replicas: 4, spec: { minReadySeconds: 2 } });
        const { box, pods } = it;
        let [newest = ''] = livePods(pods.current()).map(({ name }) => name);
        for (const a of ['2', '3', '4']) {
          await box.editConfig({ a });
          await restartContainer(it, newest, () => killIn(use(), it, newest, 'KILL'));
          const scale = ['scale', 'deployment/web', `--replicas=${3 + Number(a)}`];
          newest = await firstOfNewSet(it, () => box.kubectl(scale));
          expect(new Set(livePods(pods.current()).map(({ replicaSet }) => replicaSet)).size).toBeGreaterThan(
            1,
          );
        }
        await box.untilRolledOut();
        await onePodSet(it, 7);
        expect(await answersNow(it)).toEqual(['4']);

        const answers = answersBySet(it);
        const copied = await copiedBySet(it);
        expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((set) => [set, copied[set]])));
        expect(Object.values(answers).flat().sort()).toEqual(['1', '2', '3', '4']);
        expect(restartsSeen(it)).toBeGreaterThanOrEqual(3);
        const count = receivedAnswers(it.direct.answers).length + receivedAnswers(it.asking.answers).length;
        console.log(`measured: ${count} answers in three rollouts at once, each its ReplicaSet's`);
      },
    );

    test.concurrent('after an undo of one, two and five edits', LONG, async (context) => {
      const options = { replicas: 1, labels: PIN };
      const it = await open(context, options);
      const { box } = it;
      const undone = async (value: string, ...flags: readonly string[]) => {
        await box.kubectl(['rollout', 'undo', 'deployment/web', ...flags]);
        await box.untilRolledOut();
        await onePodSet(it, 1);
        expect(await answersNow(it)).toEqual([value]);
        await box.apply(app(options));
        await box.kubectl(['label', '--overwrite', 'deployment/web', `seen=${value}`]);
        await scaleTo(it, 2);
        expect(await answersNow(it)).toEqual([value]);
      };
      const forward = async (a: string) => {
        await scaleTo(it, 1);
        await editAndRoll(it, a);
        await onePodSet(it, 1);
        expect(await answersNow(it)).toEqual([a]);
      };

      await editAndRoll(it, '2');
      await undone('1');
      await forward('3');
      await editAndRoll(it, '4');
      await undone('2', '--to-revision=2');
      await forward('5');
      await editAndRoll(it, '6');
      await undone('1', '--to-revision=3');
      await forward('7');
    });

    test.concurrent(
      'after an immutable source was deleted and made anew; without pin, the node keeps the old content',
      LONG,
      async (context) => {
        const [pinned, plain] = await Promise.all([open(context), open(context, { labels: {} })]);
        const remake = async (it: Stage): Promise<string> => {
          const { box } = it;
          await box.kubectl(['patch', 'configmap', 'app', '--patch', '{"immutable":true}']);
          // Its pods read the source when it is immutable already.
          await box.kubectl(['rollout', 'restart', 'deployment/web']);
          await box.untilRolledOut();
          const source = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { a: '2' } };
          await box.kubectl(['delete', 'configmap', 'app']);
          await box.apply({ ...source, immutable: true });
          const { stderr } = await box.kubectl(['scale', 'deployment/web', '--replicas=4']);
          await box.untilRolledOut();
          await onePodSet(it, 4);
          return stderr;
        };
        const [toldPinned, toldPlain] = await Promise.all([remake(pinned), remake(plain)]);
        expect(await answersNow(pinned)).toEqual(['2']);
        expect(await answersNow(plain)).toContain('1');
        expect(
          [toldPinned, toldPlain].map((told) => told.includes('immutable configmap/app was made anew')),
        ).toEqual([false, true]);
      },
    );

    test('after an edit and a kill, out of memory, a failed probe, a deletion or a drain; without pin they differ', async (context) => {
      const of = { replicas: 5, container: MORTAL };
      const [pinned, plain] = await Promise.all([open(context, of), open(context, { ...of, labels: {} })]);
      const after = async (it: Stage) => {
        await it.box.editConfig({ a: '2' });
        return misfortunes(use(), it, await podOn(it, 'node-b'));
      };
      const [same, other] = await Promise.all([after(pinned), after(plain)]);
      const all = (a: string) => ({ killed: [a], outOfMemory: [a], notAlive: [a], deleted: [a] });
      expect(same).toEqual({ ...all('1'), sibling: ['1'] });
      expect(other).toEqual({ ...all('2'), sibling: ['1'] });

      await drainDuring(use().cluster, 'node-b', async () => {
        await Promise.all([pinned, plain].map(({ box }) => box.untilRolledOut()));
        expect(await answersNow(pinned)).toEqual(['1']);
        expect(await answersNow(plain)).toEqual(['2']);
      });
      expect(valuesOf([...pinned.direct.answers, ...pinned.asking.answers])).toEqual(['1']);
    });
  },
);
