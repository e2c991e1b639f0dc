import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectSilence, expectWarning } from '../kit/expectations.ts';
import { forKinds, onEach } from '../kit/kinds.ts';
import { scale, setsAfter } from '../kit/rollouts.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep();

/** Short, so that tests see reviews being given up. */
const TIMEOUT = { 'webhook.timeoutSeconds': '2' };

/**
 * Three calls of a user for each kind, each through one or two webhooks. They must succeed within the webhooks' timeouts.
 */
const succeeds = () =>
  forKinds(async (kind) => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }));
    const started = performance.now();
    await box.apply(kind.web());
    await box.editConfig({ a: '2' });
    await scale(box, 3);
    await box.kubectl(['annotate', box.subject, 'note=1']);
    await box.untilRolledOut();
    // Three reviews at 2 s each, those of the ceiling, and the time of kubectl and the rollout.
    expect(performance.now() - started).toBeLessThan(25_000);
  });

/** lockstep works again, without help. */
const worksAgain = () =>
  forKinds(async (kind) => {
    const box = await lockstep().sandbox({}, kind);
    await box.apply(configMap({ a: '1' }));
    await eventually(
      async () => {
        await box.apply(kind.web());
        return (await box.marks()).hash !== undefined;
      },
      { what: 'lockstep answering again' },
    );
  });

describe('Invariant 5, never in the way', () => {
  test('calls succeed while lockstep is dead, and full service returns', async () => {
    await lockstep().program().stop('SIGKILL');
    await succeeds();
    await lockstep().start();
    await worksAgain();
  });

  test('calls succeed while lockstep hangs, and full service returns', async () => {
    await lockstep().register(TIMEOUT);
    lockstep().program().kill('SIGSTOP');
    try {
      await succeeds();
    } finally {
      lockstep().program().kill('SIGCONT');
    }
    await worksAgain();
  });

  test('calls succeed while lockstep answers 500, and full service returns', async () => {
    await lockstep().program().stop('SIGKILL');
    const pair = await issueCertificates({
      names: ['localhost'],
      addresses: ['127.0.0.1'],
      notAfter: new Date(Date.now() + 3_600_000),
    });
    await lockstep().apply({ ...TIMEOUT, 'webhook.caBundle': Buffer.from(pair.ca).toString('base64') });
    let calls = 0;
    const broken = createServer(pair, (_request, response) => {
      calls += 1;
      response.writeHead(500).end('broken');
    });
    await new Promise<void>((resolve) => broken.listen(lockstep().port, '127.0.0.1', resolve));
    try {
      await succeeds();
      expect(calls).toBeGreaterThan(0);
    } finally {
      broken.closeAllConnections();
      await new Promise((resolve) => broken.close(resolve));
    }
    await lockstep().start();
    await lockstep().register(TIMEOUT);
  });

  test('calls succeed while the API server does not trust its certificate, and full service returns', async () => {
    const { ca } = await issueCertificates({
      names: ['localhost'],
      addresses: [],
      notAfter: new Date(Date.now() + 3_600_000),
    });
    await lockstep().apply({ ...TIMEOUT, 'webhook.caBundle': Buffer.from(ca).toString('base64') });
    await succeeds();
    await lockstep().register(TIMEOUT);
  });

  describe('the API server refuses', () => {
    type Rules = readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
    const grant = (rules: Rules) =>
      lockstep().cluster.kubectlOk([
        'patch',
        'clusterrole',
        'lockstep',
        '--type=merge',
        '--patch',
        JSON.stringify({ rules }),
      ]);
    /** Gives lockstep other rights than the chart's while something is done. */
    async function withRights(change: (rules: Rules) => Rules, act: () => Promise<unknown>): Promise<void> {
      const { stdout } = await lockstep().cluster.kubectlOk(['get', 'clusterrole', 'lockstep', '-o', 'json']);
      const { rules } = JSON.parse(stdout);
      await grant(change(rules));
      try {
        await act();
      } finally {
        await grant(rules);
      }
    }
    const edited = () =>
      forKinds(async (kind) => {
        const box = await lockstep().sandbox({}, kind);
        await box.apply(configMap({ a: '1' }), kind.web());
        await box.editConfig({ a: '2' });
        return box;
      });
    /** Another call for a workload, until its warning has this text. */
    const untilTold = (box: Sandbox, text: string) =>
      eventually(async () => {
        const noted = ['annotate', box.subject, `note=${Math.random()}`, '--overwrite'];
        return (await box.kubectl(noted)).stderr.includes(text);
      });

    test('its read: the call succeeds with a warning', async () => {
      const boxes = await edited();
      await withRights(
        (rules) => rules.filter(({ resources }) => !resources.includes('configmaps')),
        () =>
          onEach(boxes, async (box) => {
            await untilTold(box, 'was not checked');
            const told = `${box.subject} was not checked: the API server answered 403 to get configmaps: lockstep lacks that right`;
            expectWarning(await scale(box, 3), told);
            await box.untilRolledOut();
          }),
      );
      const failed = { webhook: 'scale', decision: 'fail', reason: 'api_refused' };
      expect(await lockstep().program().metric('lockstep_reviews_total', failed)).toBeGreaterThan(0);
      await worksAgain();
    });

    test('its PATCH: the scale succeeds with a warning', async () => {
      const boxes = (await edited()).filter(({ kind }) => kind.scales);
      await withRights(
        (rules) => rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') })),
        () =>
          onEach(boxes, async (box) => {
            const told = `${box.subject} was not checked: the API server answered 403 to patch ${box.kind.resource}`;
            expectWarning(await scale(box, 3), told);
            await box.untilRolledOut();
          }),
      );
      await worksAgain();
    });
  });

  test('after SIGTERM the program drains, and exits with 0', async () => {
    expect(await lockstep().program().stop('SIGTERM')).toBe(0);
    await lockstep().start();
    await worksAgain();
  });
});

/** A text that leaves this many bytes of the 256 KiB of one map of annotations, besides its name. */
const filler = (left: number) => 'x'.repeat(256 * 1024 - 'note'.length - left);
/** An argument of kubectl may have 128 KiB. */
async function merge(box: Sandbox, patch: object, ...flags: readonly string[]) {
  const file = join(lockstep().folder, 'patch.json');
  await writeFile(file, JSON.stringify(patch));
  return box.kubectl(['patch', 'deployment', 'web', '--type=merge', `--patch-file=${file}`, ...flags]);
}
const onTemplate = (left: number) => ({
  spec: { template: { metadata: { annotations: { note: filler(left) } } } },
});
/** The marks of `web`: on its template, and on itself. */
async function allMarks(box: Sandbox): Promise<[template: string[], workload: string[]]> {
  const { stdout } = await box.kubectl(['get', 'deployment', 'web', '-o', 'json']);
  const { metadata, spec } = JSON.parse(stdout);
  const own = (of: object | undefined) =>
    Object.keys(of ?? {}).flatMap((name) => (name.startsWith('lockstep.dev/') ? [name.slice(13)] : []));
  return [own(spec.template.metadata.annotations), own(metadata.annotations)];
}
const LEAVES = 'annotations of the template of deployment/web leave no room for lockstep.dev';

describe('Invariant 5, annotations that are nearly full', () => {
  const started = async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }), web());
    await box.untilRolledOut();
    return box;
  };

  test('a template with room for the hash alone has the hash, rolls at an edit, and at nothing else', async () => {
    const box = await started();
    // A character of two bytes: the limit counts bytes.
    const text = `é${filler(93).slice(0, -2)}`;
    const full = { spec: { template: { metadata: { annotations: { note: text } } } } };
    expectWarning(await merge(box, full), `${LEAVES}/config-sources: it is left out`);
    expect(await allMarks(box)).toEqual([['config-hash'], []]);
    await box.untilRolledOut();
    const quiet = await setsAfter(box, async () => {
      expectSilence(await scale(box, 3));
      expectSilence(await box.kubectl(['label', 'deployment/web', 'x=y']));
      await box.kubectl(['annotate', 'deployment/web', 'lockstep.dev/ignore=configmap/none']);
    });
    expect(quiet).toBe(0);
    await box.editConfig({ a: '2' });
    const rolled = await setsAfter(box, async () => {
      const told = await scale(box, 4);
      expectWarning(told, 'its configuration changed: all pods of deployment/web roll');
      expectSilence(await scale(box, 5));
    });
    expect(rolled).toBe(1);
    // A new image keeps the hash alone, and what is ignored from now on restarts nothing.
    expectWarning(
      await box.kubectl(['set', 'image', 'deployment/web', 'web=web:2']),
      `${LEAVES}/config-sources`,
    );
    await box.untilRolledOut();
    const ignored = await setsAfter(box, async () => {
      const ignore = 'lockstep.dev/ignore=configmap/app#b';
      expectSilence(await box.kubectl(['annotate', '--overwrite', 'deployment/web', ignore]));
      expectSilence(await scale(box, 6));
    });
    expect(ignored).toBe(0);
  });

  test('a template without room for the hash has no mark, and every call succeeds with a warning', async () => {
    const box = await started();
    const told = `${LEAVES}/config-hash: it is not kept in step`;
    expectWarning(await merge(box, onTemplate(90)), told);
    expect((await allMarks(box))[0]).toEqual([]);
    await box.editConfig({ a: '2' });
    expectWarning(await scale(box, 3), told);
    expectWarning(await box.kubectl(['set', 'image', 'deployment/web', 'web=web:2']), told);
    await box.untilRolledOut();
  });

  test('a create with such a template succeeds, and the API server refuses only what is the user’s own', async () => {
    const box = await lockstep().sandbox();
    await box.apply(configMap({ a: '1' }));
    const create = (left: number) => {
      const object = web();
      const template = {
        template: { metadata: { labels: { app: 'web' }, annotations: { note: filler(left) } } },
      };
      const spec = { ...Reflect.get(object, 'spec') };
      const of = {
        ...object,
        spec: { ...spec, ...template, template: { ...spec.template, ...template.template } },
      };
      const args = ['-n', box.namespace, 'create', '--dry-run=server', '-f', '-'];
      return lockstep().cluster.kubectl(args, { input: JSON.stringify(of) });
    };
    expect(await create(0)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('config-hash') });
    expect(await create(91)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('config-sources'),
    });
    expect(await create(10_000)).toMatchObject({ exitCode: 0, stderr: '' });
    const refused = await create(-1);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('Too long: may not be more than 262144 bytes');
  });

  const ofWorkload = { metadata: { annotations: { note: filler(188) } } };
  const NO_RECORD = 'annotations of deployment/web leave no room for lockstep.dev/baseline';
  /** A workload from before lockstep. The label makes lockstep look at it. */
  const adopted = async (prepare: (box: Sandbox) => Promise<unknown> = async () => undefined) => {
    const box = await lockstep().sandbox({ 'lockstep.dev/inject': 'disabled' });
    await box.apply(configMap({ a: '1' }));
    await box.kubectl(['create', '-f', '-'], JSON.stringify(web()));
    await prepare(box);
    await box.untilRolledOut();
    await lockstep().cluster.kubectlOk(['label', 'namespace', box.namespace, 'lockstep.dev/inject-']);
    const label = () => box.kubectl(['label', '--overwrite', 'deployment/web', `x=y${Date.now()}`]);
    return { box, label };
  };

  test('a workload whose own annotations are nearly full can be labelled and scaled, without a record', async () => {
    const { box, label } = await adopted((of) => merge(of, ofWorkload));
    await eventually(async () => (await label()).stderr.includes(NO_RECORD));
    expectWarning(await scale(box, 3), NO_RECORD);
    await box.untilRolledOut();
    expect(await allMarks(box)).toEqual([[], []]);
  });

  test('an annotation may take the room of a record', async () => {
    const { box, label } = await adopted();
    await eventually(async () => {
      await label();
      return (await allMarks(box))[1].length > 0;
    });
    expectWarning(await merge(box, ofWorkload, '--dry-run=server'), NO_RECORD);
  });
});
