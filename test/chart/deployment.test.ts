import { describe, expect, test } from 'vitest';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { serveConfigOf } from '../kit/serve-config.ts';
import { EVERYTHING_SET } from './everything-set.ts';
import { EDIT, INSIDE, ONLY_API_SERVER, PIN } from './variants.ts';

async function container(values: Values) {
  const [only, ...more] = (await objects(values)).of('Deployment').spec?.template.spec?.containers ?? [];
  if (only === undefined || more.length > 0) throw new Error('not exactly one container');
  return only;
}

describe.concurrent('the program', () => {
  test.each<[string, Values]>([
    ['--port=8443', { port: 8443 }],
    ['--admin-port=8081', { adminPort: 8081 }],
    ['--on-error=deny', { onError: 'deny' }],
    ['--roll-on=create,update', { rollOn: ['create', 'update'] }],
    ['--adoption-in-doubt=record', { adoption: { inDoubt: 'record' } }],
    ['--ignore=configmap/flags,secret/*', { ignore: ['configmap/flags', 'secret/*'] }],
    ['--secrets=on', { secrets: { enabled: true, keySecretName: 'keys' } }],
    ['--secrets-key-file=/etc/lockstep/secrets/keys', { secrets: { enabled: true, keySecretName: 'keys' } }],
    ['--key-configmaps=on', { configMaps: { keyed: true }, secrets: { keySecretName: 'keys' } }],
    // Records and copies from before both were switched off have digests that were made with these keys.
    ['--secrets-key-file=/etc/lockstep/secrets/keys', { secrets: { keySecretName: 'keys' } }],
    ['--compat=reloader,wave', { compat: ['reloader', 'wave'] }],
    ['--include=off', { include: { enabled: false } }],
    ['--client-ca-file=/etc/lockstep/client-ca/ca.crt', ONLY_API_SERVER],
    ['--client-names=kube-apiserver-kubelet-client', ONLY_API_SERVER],
    ['--log-level=debug', { logLevel: 'debug' }],
    ['--ceiling=off', { ceiling: { enabled: false } }],
    ['--ceiling-patience=600s', {}],
    ['--ceiling-patience-pinned=60s', {}],
    ['--ceiling-patience=1800s', { ceiling: { patienceSeconds: 1_800 } }],
    ['--ceiling-patience-pinned=90s', { ceiling: { pinnedPatienceSeconds: 90 } }],
    ['--inject-default=disabled', { inject: { default: 'disabled' } }],
    ['--deadline=500ms', { webhook: { timeoutSeconds: 1 } }],
    ['--deadline=29500ms', { webhook: { timeoutSeconds: 30 } }],
    // The longest timeout of all webhooks, because each call tells its own.
    ['--deadline=9500ms', { webhook: { scale: { timeoutSeconds: 10 } } }],
    ['--drain-delay=0s', { drainDelaySeconds: 0 }],
    ['--pin=on', PIN],
    ['--pin-grace=600s', PIN],
    [
      '--pin-exclude=configmap/kube-root-ca.crt,configmap/openshift-service-ca.crt,configmap/istio-ca-root-cert',
      PIN,
    ],
    ['--pin-exclude=secret/ca-*', { pin: { enabled: true, exclude: ['secret/ca-*'] } }],
    ['--pin-exclude=', { pin: { enabled: true, exclude: [] } }],
    ['--pin-grace=1209600s', { pin: { enabled: true, graceSeconds: 1_209_600 } }],
    ['--lease=lockstep/lockstep', PIN],
    ['--lease=lockstep/lockstep', EDIT],
    ['--edit=on', EDIT],
    ['--edit-concurrent-per-namespace=3', EDIT],
    ['--edit-secrets=poll', EDIT],
    [
      '--edit-windows=Mon-Fri 09:00-17:00 Europe/Berlin; Sat,Sun 22:00-04:00',
      { edit: { enabled: true, windows: ['Mon-Fri 09:00-17:00 Europe/Berlin', 'Sat,Sun 22:00-04:00'] } },
    ],
    ['--lease=lockstep/pacemaker', { ...PIN, fullnameOverride: 'pacemaker' }],
    ['--deadline=9500ms', { ...PIN, webhook: { pod: { timeoutSeconds: 10 } } }],
    ['--host=::', { host: '::' }],
    ['--host=0.0.0.0', { extraArgs: ['--host=0.0.0.0'] }],
  ])('gets the flag for a value: %s', async (flag, values) => {
    expect((await container({ ...INSIDE, ...values })).args).toContain(flag);
  });

  test('keeps its own default of roll-on, and has no flag of edits, unless values say so', async () => {
    const named = async (values: Values) =>
      (await container(values)).args?.filter((arg) => /^--(roll-on|edit|lease)/.test(arg));
    expect(await named(INSIDE)).toEqual([]);
    expect(await named({ edit: { settle: '9s', windows: ['09:00-17:00'] } })).toEqual([]);
    const rollOn = ['create', 'edit'];
    expect(await named({ ...EDIT, rollOn })).toEqual([
      '--roll-on=create,edit',
      '--edit=on',
      '--edit-settle=5s',
      '--edit-settle-most=1m',
      '--edit-concurrent=10',
      '--edit-concurrent-per-namespace=3',
      '--edit-rest=1m',
      '--edit-patience=2m',
      '--edit-deadline=10m',
      '--edit-sweep=1h',
      '--edit-secrets=poll',
      '--edit-secrets-every=30s',
      '--lease=lockstep/lockstep',
    ]);
  });

  test('accepts the flags that the chart makes', async () => {
    for (const values of [INSIDE, EDIT, EVERYTHING_SET]) {
      const { args = [] } = await container(values);
      expect(args[0]).toBe('serve');
      await expect(serveConfigOf(...args.slice(1))).resolves.toBeDefined();
    }
  });

  test('is selected by the Service, by its labels and its named port', async () => {
    const rendered = await objects(INSIDE);
    const { selector, ports } = rendered.of('Service').spec ?? {};
    const deployment = rendered.of('Deployment').spec;
    const labels = { 'app.kubernetes.io/name': 'lockstep', 'app.kubernetes.io/instance': 'lockstep' };

    expect(selector).toEqual(labels);
    expect(deployment?.selector).toEqual({ matchLabels: labels });
    expect(deployment?.template.metadata?.labels).toEqual(labels);
    expect(ports).toEqual([{ name: 'webhook', port: 443, targetPort: 'webhook', protocol: 'TCP' }]);
    expect((await container(INSIDE)).ports).toContainEqual({
      name: 'webhook',
      containerPort: 9443,
      protocol: 'TCP',
    });
  });

  // A Service named lockstep would set LOCKSTEP_PORT=tcp://…, and lockstep reads that variable as an option.
  test('gets no environment variables from Services', async () => {
    expect((await objects(INSIDE)).of('Deployment').spec?.template.spec?.enableServiceLinks).toBe(false);
  });

  const digest = `sha256:${'a'.repeat(64)}`;
  test.each([
    [{}, 'lockstep:0.1.0'],
    [{ tag: '1.2.3' }, 'lockstep:1.2.3'],
    [{ digest }, `lockstep@${digest}`],
    [{ registry: 'images.example:5000' }, 'images.example:5000/lockstep:0.1.0'],
    [{ repository: 'images.example/l', tag: '1.2.3', digest }, `images.example/l:1.2.3@${digest}`],
  ])('runs the image: %j', async (image, reference) => {
    expect((await container({ ...INSIDE, image })).image).toBe(reference);
  });
});
