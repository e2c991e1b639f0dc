import { beforeAll, describe, expect, test } from 'vitest';
import { configMap, list, type WebOptions, web } from '../../lab/lockstep/manifests.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import { expectGolden, kubectlLockstepIn, type RunOptions, settled } from '../kit/kubectl-lockstep.ts';
import { laterSecond } from '../kit/later-second.ts';
import { useLockstep } from '../kit/use-lockstep.ts';

const lockstep = useLockstep({ sent: true });
let box: Sandbox;
const run = (args: readonly string[], options: RunOptions = {}) =>
  kubectlLockstepIn(lockstep().cluster, box)(args, { env: { LANG: 'C.UTF-8' }, ...options });

const reading = (more: object) => ({ podSpec: { containers: [{ name: 'web', image: 'web:1', ...more }] } });
const keyOf = (name: string, key: string, kind = 'configMapKeyRef') =>
  reading({ env: [{ name: 'LEVEL', valueFrom: { [kind]: { name, key } } }] });

const VALUE = 'a-value-that-nobody-prints';

const mounted = (...mounts: readonly object[]) => ({
  podSpec: {
    containers: [
      { name: 'web', image: 'web:1', volumeMounts: mounts.map((each) => ({ name: 'config', ...each })) },
    ],
    volumes: [
      {
        name: 'config',
        projected: {
          sources: [
            { configMap: { name: 'other' } },
            { configMap: { name: 'other', items: [{ key: 'b', path: 'a' }] } },
          ],
        },
      },
    ],
  },
});

/** A workload with one fault each, and the line by which doctor names it. */
const PLANTED: Readonly<Record<string, WebOptions & { readonly says: string }>> = {
  'wrong-name': {
    ...reading({ envFrom: [{ configMapRef: { name: 'ap-config' } }] }),
    says: '✗ configmap/ap-config exists: it does not exist in namespace shop, and no pod starts without it (container web, envFrom): did you mean app-config?',
  },
  'wrong-key': {
    ...keyOf('app-config', 'levl'),
    says: '✗ configmap/app-config has the key levl: it has not, and no pod starts without it (container web, env LEVEL): did you mean level?',
  },
  'no-secret': {
    ...keyOf('db', 'password', 'secretKeyRef'),
    says: '✗ secret/db exists: it does not exist in namespace shop, and no pod starts without it (container web, env LEVEL)',
  },
  'line-break': {
    ...keyOf('app-config', 'broken'),
    says: '! configmap/app-config#broken as an environment variable: its value ends in a line break',
  },
  'sub-path': {
    ...mounted({ mountPath: '/etc/app.conf', subPath: 'b' }),
    says: '! configmap/other in the files of container web: /etc/app.conf is a mount with a subPath, which an edit never reaches while the container runs',
  },
  'hidden-file': {
    ...mounted({ mountPath: '/etc/app' }),
    says: '· configmap/other in the files of container web: configmap/other hides a',
  },
  'hidden-variable': {
    ...reading({
      envFrom: [{ configMapRef: { name: 'other' } }],
      env: [{ name: 'b', value: '$(a)' }],
    }),
    says: '· configmap/other in the variables of container web: env b hides b',
  },
  'old-kubelet': {
    ...reading({ envFrom: [{ configMapRef: { name: 'digits' } }] }),
    says: '· the variables of container web: a kubelet before Kubernetes 1.32 skips 1st: a name could not begin with a digit then',
  },
  'is-empty': {
    ...keyOf('app-config', 'empty'),
    says: '! configmap/app-config#empty as an environment variable: its value is empty',
  },
  'not-managed': {
    labels: { 'lockstep.dev/inject': 'disabled' },
    says: '✗ lockstep acts on it: the label lockstep.dev/inject of the workload or its namespace, or the default, keeps lockstep out',
  },
  malformed: {
    annotations: { 'lockstep.dev/roll-on': 'sometimes' },
    says: '✗ its labels and annotations can be read: annotation lockstep.dev/roll-on on deployment/malformed: "sometimes"',
  },
  'is-paused': {
    says: '✗ its pods hold its configuration as it is now: configmap/app changed: deployment/is-paused is paused, so its pods would roll when it is resumed',
  },
  drifted: { says: '✗ pods hold configmap/app as it is now: 1 pod started before its last edit at TIME: ' },
  'calls-only': {
    annotations: { 'lockstep.dev/roll-on': 'create' },
    says: '✗ its pods hold its configuration as it is now: configmap/app changed; deployment/calls-only does not roll on this',
  },
};

beforeAll(async () => {
  box = await lockstep().sandbox();
  await box.apply(
    configMap({ a: VALUE }),
    configMap({ a: VALUE, b: VALUE }, 'other'),
    configMap({ '1st': VALUE }, 'digits'),
    configMap({ level: 'info', broken: `${VALUE}\n`, empty: '' }, 'app-config'),
    ...Object.entries(PLANTED).map(([name, { says: _, ...options }]) =>
      web({ name, replicas: 1, ...options }),
    ),
    web({ name: 'well', replicas: 1, ...keyOf('app-config', 'level') }),
  );
  await Promise.all(Object.keys({ ...PLANTED, well: 1 }).map((name) => box.untilRolledOut(name)));
  await box.kubectl(['patch', 'deployment/is-paused', '--patch={"spec":{"paused":true}}']);
  await laterSecond();
  await box.editConfig({ a: `${VALUE}-2` });
});

const plain = (text: string) => settled(text, { [box.namespace]: 'shop' });

describe('doctor of a workload names the fault', () => {
  test.each(Object.entries(PLANTED))('%s', async (name, { says }) => {
    const { code, out } = await run(['doctor', `deploy/${name}`]);
    expect(plain(out)).toContain(says);
    expect(code).toBe(says.startsWith('✗') ? 1 : 0);
    expect(out).not.toContain(VALUE);
  });

  test('and finds none where there is none', async () => {
    const { code, out, calls } = await run(['doctor', 'deploy/well']);
    expect(code).toBe(0);
    expect(out).toContain(': 0 problems, 0 warnings');
    expect(calls.filter((call) => call.includes('secrets'))).toEqual([]);
    await expectGolden(plain(out), 'doctor.txt');
  });

  test('also in ASCII, and as data', async () => {
    const { out } = await run(['doctor', 'deploy/wrong-name'], { env: { LANG: 'C' } });
    expect(plain(out)).toContain('[no] configmap/ap-config exists: ');
    const data = await run([
      'doctor',
      'deploy/wrong-name',
      '-o',
      'jsonpath={.findings[?(@.verdict=="problem")].check}',
    ]);
    expect(data.out).toContain('configmap/ap-config exists');
  });

  test('who may not look into containers is told so, and nothing else changes', async () => {
    const { cluster } = lockstep();
    const binding = ['create', 'rolebinding', 'viewer', '--clusterrole=view', '--user=viewer'];
    await cluster.kubectlOk([...binding, '--namespace', box.namespace]);
    const { code, out } = await run(['doctor', 'deploy/well', '--exec', '--as=viewer']);
    expect(code).toBe(0);
    expect(out).toContain(
      '? what the running containers hold: you may not exec into its pods: that takes the rights get and create on pods/exec',
    );
  });

  test('--exec needs a workload', async () => {
    const { code, err } = await run(['doctor', '--exec']);
    expect(code).toBe(2);
    expect(err).toContain('--exec and --logs need a workload');
  });

  test('a node that cannot be asked makes nothing known', async () => {
    const { code, out } = await run(['doctor', 'deploy/drifted', '--exec']);
    expect(out).toMatch(/\? what container web holds: the API server answered 50\d to exec \(drifted-/);
    expect(out).not.toContain('what is there now');
    expect(code).toBe(1);
  });

  test('a quota that refuses its pods, and limits', async () => {
    const other = await lockstep().sandbox();
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    };
    const limits = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'small' },
      spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] },
    };
    await other.apply(quota, limits, configMap({ a: '1' }));
    await other.apply(web({ replicas: 1 }));
    const ask = kubectlLockstepIn(lockstep().cluster, other);
    const out = async () => plain((await ask(['doctor', 'deploy/web'])).out);
    await expect.poll(out).toContain('exceeded quota');
    await expect
      .poll(out)
      .toContain(
        '[! ] quotas of namespace shop leave room for a rollout: resourcequota/none is used up: pods',
      );
    expect(await out()).toContain(
      '[  ] limits of namespace shop may change or refuse pods: limitrange/small',
    );
  });
});

describe('doctor of the installation', () => {
  test('finds that a Deployment gets its hash, and that lockstep is registered', async () => {
    const { out } = await run(['doctor']);
    expect(plain(out)).toContain('✓ lockstep is registered as a webhook: lockstep: ');
    expect(plain(out)).toContain('✓ a Deployment in namespace shop gets its config hash (dry run): it does');
    expect(out).toContain('✓ lockstep’s settings are published: lockstep ');
    // The authority of the tests lives for a day.
    expect(out).toContain('.lockstep.dev: its caBundle is good: it ends soon, at ');
    // Here, it runs outside the cluster.
    expect(out).toContain('✗ lockstep runs: it has no pod in namespace lockstep');
  });

  test('finds that nothing is registered, and that no hash comes', async () => {
    await lockstep().unregister();
    try {
      const { code, out } = await run(['doctor']);
      expect(code).toBe(1);
      expect(out).toContain(
        '✗ lockstep is registered as a webhook: no MutatingWebhookConfiguration has a webhook of lockstep',
      );
      await expect
        .poll(async () => plain((await run(['doctor'])).out))
        .toContain('✗ a Deployment in namespace shop gets its config hash (dry run)');
    } finally {
      await lockstep().apply();
      await lockstep().untilRegistered();
    }
  });

  test('finds rules and a failurePolicy that somebody has changed', async () => {
    const { cluster } = lockstep();
    const configuration = 'mutatingwebhookconfiguration/lockstep';
    const { stdout } = await cluster.kubectlOk(['get', configuration, '-o', 'jsonpath={.webhooks[*].name}']);
    const names = stdout.split(' ');
    const changes = names.flatMap((name, i) =>
      name.startsWith('template')
        ? [
            { op: 'replace', path: `/webhooks/${i}/rules/0/operations`, value: ['CREATE'] },
            { op: 'replace', path: `/webhooks/${i}/failurePolicy`, value: 'Fail' },
          ]
        : [],
    );
    const before = (await run(['doctor'])).out;
    expect(before).toContain(
      '✓ its webhooks are called for each kind of workload that it acts on: deployments, statefulsets, daemonsets',
    );
    expect(before).not.toContain('while lockstep is down');
    try {
      await cluster.kubectlOk(['patch', configuration, '--type=json', `--patch=${JSON.stringify(changes)}`]);
      const { out } = await run(['doctor']);
      expect(out).toMatch(
        /✗ its webhooks are called for each kind .*: none is called for UPDATE deployments/,
      );
      expect(out).toContain(
        '! template.lockstep.dev does as onError says while lockstep is down: its failurePolicy is Fail, and onError: allow means Ignore',
      );
      expect(out).not.toContain('! template-deny.lockstep.dev does');
    } finally {
      await lockstep().unregister();
      await lockstep().apply();
      await lockstep().untilRegistered();
    }
  });

  test('does not take a foreign webhook for its own, and names who else has a say', async () => {
    const { cluster } = lockstep();
    const rules = (resources: readonly string[]) => [
      { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources },
    ];
    // No namespace has this label: nobody is called.
    const webhook = (name: string) => ({
      name,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      namespaceSelector: { matchLabels: { nobody: 'here' } },
      rules: rules(['deployments']),
    });
    const api = 'admissionregistration.k8s.io/v1';
    const made = [
      {
        apiVersion: api,
        kind: 'MutatingWebhookConfiguration',
        metadata: { name: 'doctor-false' },
        webhooks: [webhook('template.lockstep.dev'), webhook('sidecars.example.com')],
      },
      {
        apiVersion: api,
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'doctor-strict' },
        webhooks: [webhook('strict.example.com')],
      },
      {
        apiVersion: api,
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'doctor-policy' },
        spec: {
          matchConstraints: { resourceRules: rules(['deployments']) },
          validations: [{ expression: 'true' }],
        },
      },
    ];
    await cluster.kubectlOk(['create', '-f', '-'], { input: list(...made) });
    try {
      const { out } = await run(['doctor']);
      expect(out).toContain(
        '! template.lockstep.dev of doctor-false is lockstep’s: it has a name of lockstep, and neither its labels nor its Service are lockstep’s',
      );
      expect(out).toMatch(/✓ lockstep is registered as a webhook: lockstep: /);
      expect(out).toMatch(/· other webhooks may write the same objects: .*sidecars\.example\.com/);
      expect(out).toMatch(/· webhooks may refuse what lockstep writes: .*strict\.example\.com/);
      expect(out).toMatch(/· policies may refuse what lockstep writes: (.*, )?doctor-policy/);
      expect(out).not.toMatch(/policies may refuse what lockstep writes: .*lockstep-/);
    } finally {
      await cluster.kubectlOk(['delete', '-f', '-', '--wait=false'], { input: list(...made) });
    }
  });

  test('finds a right that lockstep lacks', async () => {
    await lockstep().cluster.kubectlOk(['delete', 'clusterrolebinding', 'lockstep']);
    try {
      await expect
        .poll(async () => (await run(['doctor'])).out)
        .toMatch(/✗ lockstep has the rights that it needs: serviceaccount\/lockstep may not get deployments/);
    } finally {
      await lockstep().apply();
    }
  });
});
