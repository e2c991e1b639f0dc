import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { ServeConfig } from '../../src/config/serve.ts';
import { serveConfigOf as configOf } from '../kit/serve-config.ts';

const FILES = ['--tls-cert-file', 'tls.crt', '--tls-private-key-file', 'tls.key'];

test('options that are not set have their defaults', async () => {
  expect(await configOf(...FILES)).toEqual({
    kubeconfig: undefined,
    host: undefined,
    port: 9443,
    adminPort: 8080,
    admin: { tls: false, authentication: false },
    certificates: { kind: 'files', certFile: 'tls.crt', keyFile: 'tls.key' },
    clients: undefined,
    drainDelayMs: 0,
    logLevel: 'info',
    logFormat: 'json',
    traces: undefined,
    deadlineMs: 4_000,
    ceiling: { enabled: true, patience: { usualMs: 600_000, pinnedMs: 60_000 } },
    scope: { excluded: [], only: [] },
    workloads: ['deployments', 'statefulsets', 'daemonsets', 'jobs'],
    injectDefault: 'enabled',
    secrets: false,
    keyConfigMaps: false,
    secretsKeyFile: undefined,
    include: true,
    ignore: [],
    compat: [],
    mode: 'enforce',
    onError: 'allow',
    rollOn: ['create', 'update', 'scale', 'node'],
    inDoubt: 'roll',
    pin: {
      enabled: false,
      graceMs: 600_000,
      exclude: ['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert'].map((name) => ({
        kind: 'configmap',
        name,
        key: undefined,
      })),
    },
    holdUntilConfigured: false,
    lease: undefined,
    unblock: { enabled: false, patienceMs: 60_000 },
    edit: {
      enabled: false,
      settleMs: 5_000,
      settleMostMs: 60_000,
      concurrent: 10,
      concurrentPerNamespace: 3,
      restMs: 60_000,
      patienceMs: 120_000,
      deadlineMs: 600_000,
      windows: [],
      sweepMs: 3_600_000,
      secrets: 'poll',
      secretsEveryMs: 30_000,
    },
    workloadMetrics: { enabled: false, everyMs: 3_600_000 },
    assess: { enabled: false, port: 9444 },
  });
});

test('every option can be set, and the configuration holds only parsed values', async () => {
  const certificates = [
    ...[
      '--certificates',
      'self-managed',
      '--certificate-secret',
      'a/b',
      '--certificate-names',
      'x.svc, y.svc',
    ],
    ...['--webhook-configuration', 'w', '--certificate-lifetime', '1h', '--ca-lifetime', '2h'],
  ];
  const config = await configOf(
    ...certificates,
    ...['--client-ca-file', 'clients.crt', '--client-names', 'kube-apiserver, system:apiserver'],
    ...['--kubeconfig', 'k', '--host', '::1', '--port', '1', '--admin-port', '2', '--log-level', 'warn'],
    ...['--deadline', '1.5s', '--drain-delay', '1m', '--ceiling', 'off', '--inject-default', 'disabled'],
    ...['--ceiling-patience', '30m', '--ceiling-patience-pinned', '1m30s'],
    ...['--on-error', 'deny', '--secrets', 'on', '--secrets-key-file', 'keys', '--ignore', 'secret/*#ca.crt'],
    ...['--compat', 'wave, reloader,wave'],
    ...['--key-configmaps', 'on', '--include', 'off'],
    ...['--excluded-namespaces', 'kube-system, x', '--namespaces', 'shop'],
    ...['--workloads', 'rollouts, jobs,jobs'],
    ...[
      '--roll-on',
      'scale create',
      '--adoption-in-doubt',
      'record',
      '--pin',
      'on',
      '--pin-grace',
      '1s',
      '--pin-exclude',
      'secret/ca-*',
      '--lease',
      'c/d',
    ],
    ...['--hold-until-configured', 'on'],
    ...['--mode', 'observe', '--unblock', 'on', '--unblock-patience', '30s'],
    ...['--edit', 'on', '--edit-settle', '0s', '--edit-settle-most', '2m', '--edit-concurrent', '20'],
    ...['--edit-concurrent-per-namespace', '20', '--edit-rest', '0s', '--edit-patience', '5m'],
    ...['--edit-deadline', '5m', '--edit-windows', 'Mon 22:00-04:00; ', '--edit-sweep', '6h'],
    ...['--edit-secrets', 'watch', '--edit-secrets-every', '10s'],
    ...['--workload-metrics', 'on', '--workload-metrics-every', '6h'],
    ...['--assess', 'on', '--assess-port', '3', '--admin-tls', 'on', '--metrics-auth', 'on'],
    ...['--log-format', 'text', '--traces-endpoint', 'http://c:4318/v1/traces', '--traces-sampling', '0.5'],
  );
  expect(config).toEqual({
    kubeconfig: 'k',
    host: '::1',
    port: 1,
    adminPort: 2,
    admin: { tls: true, authentication: true },
    certificates: {
      kind: 'self-managed',
      secret: { namespace: 'a', name: 'b' },
      names: ['x.svc', 'y.svc'],
      webhookConfiguration: 'w',
      lifetimes: { authority: 7_200_000, leaf: 3_600_000 },
    },
    clients: { caFile: 'clients.crt', names: ['kube-apiserver', 'system:apiserver'] },
    drainDelayMs: 60_000,
    logLevel: 'warn',
    logFormat: 'text',
    traces: { endpoint: 'http://c:4318/v1/traces', sampling: 0.5 },
    deadlineMs: 1_500,
    ceiling: { enabled: false, patience: { usualMs: 1_800_000, pinnedMs: 90_000 } },
    scope: { excluded: ['kube-system', 'x'], only: ['shop'] },
    workloads: ['jobs', 'rollouts'],
    injectDefault: 'disabled',
    secrets: true,
    keyConfigMaps: true,
    secretsKeyFile: 'keys',
    include: false,
    ignore: [{ kind: 'secret', name: '*', key: 'ca.crt' }],
    compat: ['wave', 'reloader'],
    mode: 'observe',
    onError: 'deny',
    rollOn: ['create', 'scale'],
    inDoubt: 'record',
    pin: {
      enabled: true,
      graceMs: 1_000,
      exclude: [{ kind: 'secret', name: 'ca-*', key: undefined }],
    },
    holdUntilConfigured: true,
    lease: { namespace: 'c', name: 'd' },
    unblock: { enabled: true, patienceMs: 30_000 },
    edit: {
      enabled: true,
      settleMs: 0,
      settleMostMs: 120_000,
      concurrent: 20,
      concurrentPerNamespace: 20,
      restMs: 0,
      patienceMs: 300_000,
      deadlineMs: 300_000,
      windows: [{ days: [1], start: 22 * 60, end: 4 * 60, zone: 'UTC' }],
      sweepMs: 21_600_000,
      secrets: 'watch',
      secretsEveryMs: 10_000,
    },
    workloadMetrics: { enabled: true, everyMs: 21_600_000 },
    assess: { enabled: true, port: 3 },
  });
});

test('the configuration and all its parts are frozen', async () => {
  const config = await configOf(...FILES, '--ignore', 'configmap/a', '--lease', 'a/b');
  const parts = [
    config,
    config.edit,
    config.certificates,
    config.ignore,
    config.ignore[0],
    config.rollOn,
    config.pin,
  ];
  for (const part of [...parts, config.lease]) expect(Object.isFrozen(part)).toBe(true);
});

describe('rollouts after edits', () => {
  test('are part of the default of roll-on if they are on, and only then', async () => {
    expect((await configOf(...FILES)).rollOn).toEqual(['create', 'update', 'scale', 'node']);
    const on = [...FILES, '--edit', 'on'];
    expect((await configOf(...on)).rollOn).toEqual(['create', 'update', 'scale', 'node', 'edit']);
    expect((await configOf(...on, '--roll-on', 'update')).rollOn).toEqual(['update']);
    expect((await configOf(...on, '--roll-on', 'edit,scale')).rollOn).toEqual(['scale', 'edit']);
    vi.stubEnv('LOCKSTEP_ROLL_ON', 'create');
    expect((await configOf(...on)).rollOn).toEqual(['create']);
    vi.unstubAllEnvs();
  });

  test('a default gives way to the option that it must fit', async () => {
    const few = ['--edit-concurrent', '2', '--edit-settle', '90s', '--edit-patience', '15m'];
    expect((await configOf(...FILES, ...few)).edit).toMatchObject({
      concurrent: 2,
      concurrentPerNamespace: 2,
      settleMs: 90_000,
      settleMostMs: 90_000,
      patienceMs: 900_000,
      deadlineMs: 900_000,
    });
  });

  test.each([
    [['--roll-on', 'create,edit'], '--roll-on: edit has no effect without --edit on'],
    [['--edit-settle', '2m', '--edit-settle-most', '119s'], '--edit-settle-most: must not be less than'],
    [['--edit-concurrent', '2', '--edit-concurrent-per-namespace', '3'], '--edit-concurrent: must not be'],
    [['--edit-deadline', '1m'], '--edit-deadline: must not be less than --edit-patience'],
  ])('%j is refused: %s', async (args, message) => {
    await expect(configOf(...FILES, ...args)).rejects.toThrow(message);
  });
});

test('its types are the closed types of the rooms', () => {
  expectTypeOf<ServeConfig['onError']>().toEqualTypeOf<'allow' | 'deny'>();
  expectTypeOf<ServeConfig['injectDefault']>().toEqualTypeOf<'enabled' | 'disabled'>();
  expectTypeOf<ServeConfig['kubeconfig']>().toEqualTypeOf<string | undefined>();
  // @ts-expect-error it cannot be written to
  const write = (config: ServeConfig) => (config.port = 1);
  expectTypeOf(write).toBeFunction();
});

test.each([
  ['9443', '--port'],
  ['8080', '--admin-port'],
])('people cannot ask at port %s, which is that of %s', async (port) => {
  await expect(configOf(...FILES, '--assess', 'on', '--assess-port', port)).rejects.toThrow(
    '--assess-port: must differ from --port and --admin-port',
  );
  await expect(configOf(...FILES, '--assess-port', port)).resolves.toMatchObject({
    assess: { enabled: false },
  });
});
