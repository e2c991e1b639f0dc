import { expect, test } from 'vitest';
import { livePods, type PodEvent } from '../../lab/control-plane/events.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { configMap, secret, web } from '../../lab/lockstep/manifests.ts';
import { type Sandbox, sandbox } from '../../lab/lockstep/sandbox.ts';
import { APP_IMAGE, APP_WITH_CAT_IMAGE } from '../../lab/nodes/app-images.ts';
import { expectGolden, kubectlLockstepIn, settled } from '../kit/kubectl-lockstep.ts';
import { describeOnNodes } from './describe-on-nodes.ts';
import { useInstalled } from './use-installed.ts';

const OLD = 'what-nobody-prints-1';
const NEW = 'what-nobody-prints-2';

const container = (name: string, image: string, more: object) => ({
  name,
  image,
  imagePullPolicy: 'Never',
  ...more,
});
const key = (name: string, of: string, kind = 'configMapKeyRef', source = 'app') => ({
  name,
  valueFrom: { [kind]: { name: source, key: of } },
});
const mount = { name: 'config', mountPath: '/etc/app' };

/** It reads `MODE` as a variable, as a file that the kubelet renews, and as one that it does not. */
const WEB = web({
  replicas: 3,
  podSpec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      container('web', APP_WITH_CAT_IMAGE, {
        command: ['/app', 'pause'],
        envFrom: [{ configMapRef: { name: 'app' }, prefix: 'APP_' }],
        env: [
          key('MODE', 'MODE'),
          key('PASSWORD', 'password', 'secretKeyRef', 'db'),
          // It hides a key of the ConfigMap, and is what it is.
          { name: 'APP_LEVEL', value: '$(MODE)' },
        ],
        volumeMounts: [{ ...mount, mountPath: '/etc/one', subPath: 'MODE' }],
      }),
      container('bare', APP_IMAGE, { command: ['/app', 'pause'], env: [key('MODE', 'MODE')] }),
    ],
    volumes: [{ name: 'config', configMap: { name: 'app' } }],
  },
});

const RED = '\u001b[31m';
/** It ends at once, and says so in red. */
const CRASHING = web({
  name: 'crashing',
  replicas: 1,
  podSpec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      container('web', APP_IMAGE, {
        command: ['/app', 'note', `/none/${RED}red`],
        env: [key('MODE', 'MODE')],
      }),
    ],
  },
});

const named = (box: Sandbox, pods: readonly PodEvent[], odd: readonly string[]) => (text: string) =>
  settled(text, {
    [box.namespace]: 'shop',
    ...Object.fromEntries(pods.map(({ name }) => [name, odd.includes(name) ? 'web-old' : 'web-new'])),
  });

describeOnNodes('kubectl lockstep doctor, in containers that run', (use) => {
  useInstalled(() => use().cluster);

  test('names the pods that hold another value, and after a roll there is one answer', async () => {
    const { cluster } = use();
    const box = await sandbox(cluster);
    const run = kubectlLockstepIn(cluster, box);
    const doctor = async (...args: readonly string[]) => {
      const ran = await run(['doctor', 'deploy/web', '--exec', ...args], { env: { LANG: 'C.UTF-8' } });
      for (const value of [OLD, NEW]) expect(ran.out + ran.err).not.toContain(value);
      return ran;
    };
    await box.apply(configMap({ MODE: OLD, LEVEL: OLD }), secret({ password: OLD }, 'db'), WEB);
    await box.untilRolledOut();
    const pods = await box.pods();
    const before = await doctor();
    expect(before.out).toContain(
      '✓ the running containers hold configmap/app as it is now: one answer in 3 pods (3 values)',
    );
    expect(before.out).toContain(
      '✓ the running containers hold the same of secret/db: one answer in 3 pods (1 value), compared with each other only',
    );

    // Nobody calls lockstep: the pod that the ReplicaSet makes reads what is there now.
    await box.apply(configMap({ MODE: NEW, LEVEL: OLD }), secret({ password: NEW }, 'db'));
    const old = livePods(pods.current()).map(({ name }) => name);
    const [first = ''] = old;
    await box.kubectl(['delete', 'pod', first]);
    await box.untilRolledOut();
    const { code, out } = await doctor();
    const plain = named(box, pods.current(), old);
    expect(code).toBe(1);
    const kept = old.filter((name) => name !== first).toSorted();
    expect(out).toContain(
      `✗ configmap/app#MODE (container web, env MODE): 1 of 3 pods hold what is there now; ${kept.join(', ')} hold another value`,
    );
    expect(plain(out)).toContain(
      '✗ configmap/app#MODE (container web, file /etc/one): 1 of 3 pods hold what is there now; web-old, web-old hold another value. A mount with a subPath is never written again',
    );
    expect(plain(out)).toContain(
      '✗ secret/db#password (container web, env PASSWORD): the pods hold 2 values: web-old, web-old | web-new',
    );
    expect(plain(out)).toContain('? what container bare holds: its image has no program cat (');
    expect(out).not.toMatch(/LEVEL \(container/);
    await expectGolden(
      plain(out)
        .split('\n')
        .filter((line) => /running containers|container web/.test(line))
        .map((line) => `${line}\n`)
        .join(''),
      'doctor-exec.txt',
    );
    expect((await doctor('--max-pods', '1')).out).toContain('1 of 3 pods were looked at (--max-pods)');

    expect((await run(['roll', 'deploy/web'])).code).toBe(0);
    await box.untilRolledOut();
    const after = await eventually(
      async () => {
        const ran = await doctor();
        // Pods that are ending still run for a moment.
        return ran.out.includes('one answer in 3 pods (3 values)') && ran;
      },
      { what: 'one answer' },
    );
    expect(after.out).not.toContain('✗ secret/db');

    // The right to exec is the person's own. Each group of an impersonation counts.
    for (const [role, group] of [
      ['view', 'viewers'],
      ['edit', 'editors'],
    ])
      await box.kubectl(['create', 'rolebinding', `${group}`, `--clusterrole=${role}`, `--group=${group}`]);
    expect((await doctor('--as=joe', '--as-group=viewers')).out).toContain(
      '? what the running containers hold: you may not exec',
    );
    const both = await doctor('--as=joe', '--as-group=viewers', '--as-group=editors');
    expect(both.out).toContain(
      '✓ the running containers hold configmap/app as it is now: one answer in 3 pods',
    );
    await pods.stop();
    await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
  });

  test('shows the last lines of a container that crashes, and nothing that moves a cursor', async () => {
    const { cluster } = use();
    const box = await sandbox(cluster);
    const run = kubectlLockstepIn(cluster, box);
    await box.apply(configMap({ MODE: OLD }), CRASHING);
    const { out } = await eventually(
      async () => {
        const ran = await run(['doctor', 'deploy/crashing', '--logs'], { env: { LANG: 'C.UTF-8' } });
        return ran.out.includes('open /none/') && ran;
      },
      { what: 'a crash', timeoutMs: 30_000 },
    );
    expect(out).toMatch(/✗ pod\/crashing-\S+, container web: it (crashes|has crashed) with exit code 1/);
    expect(out).toMatch(
      /· log of pod\/crashing-\S+, container web(, its previous instance)?: its last line\n {4}\| open \/none\/red: no such file or directory\n/,
    );
    const quiet = await run(['doctor', 'deploy/crashing']);
    expect(quiet.out).not.toContain('no such file');
    await cluster.kubectlOk(['delete', 'namespace', box.namespace, '--wait=false']);
  });
});
