import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { MAIN } from '../../lab/lockstep/program.ts';

const files = ['--tls-cert-file', '/nowhere/tls.crt', '--tls-private-key-file', '/nowhere/tls.key'];

const managed = ['--certificates', 'self-managed'];

const serve = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [MAIN, 'serve', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

test.each([
  ['a missing flag', [], {}, '--tls-cert-file'],
  [
    'a port',
    [...files, '--port', 'many'],
    {},
    "option '--port <number>' argument 'many' is invalid. A port is a whole number",
  ],
  [
    'a deadline',
    [...files, '--deadline', '5'],
    {},
    "'--deadline <duration>' argument '5' is invalid. A deadline is a duration",
  ],
  ['a choice', [...files, '--ceiling', 'yes'], {}, '--ceiling'],
  [
    'an invalid source',
    [...files, '--ignore', 'configmap/a, pod/b'],
    {},
    "'--ignore <list>' argument 'configmap/a, pod/b' is invalid. \"pod/b\" is not configmap/NAME or secret/NAME",
  ],
  [
    'an unknown kind of workload',
    [...files, '--workloads', 'deployments, pods'],
    {},
    "'--workloads <list>' argument 'deployments, pods' is invalid. \"pods\" is not a kind of workload. Allowed choices are deployments, statefulsets, daemonsets, jobs, rollouts.",
  ],
  [
    'no kind of workload',
    [...files],
    { LOCKSTEP_WORKLOADS: '' },
    'It needs a comma between two of these, and at least one: deployments, statefulsets',
  ],
  [
    'an unknown call',
    [...files, '--roll-on', 'restart'],
    {},
    "'--roll-on <list>' argument 'restart' is invalid. \"restart\" is not create, update, scale, node or edit",
  ],
  [
    'an edit that nobody would follow',
    [...files],
    { LOCKSTEP_ROLL_ON: 'create,edit' },
    '--roll-on: edit has no effect without --edit on, so no edit would start a rollout [CONFIG_INVALID]',
  ],
  [
    'a time without a unit',
    [...files, '--edit-settle', '5'],
    {},
    "'--edit-settle <duration>' argument '5' is invalid. It is a duration from 0s to 1h, for example 5s.",
  ],
  [
    'a time that is too short',
    [...files, '--edit-sweep', '0s'],
    {},
    "'--edit-sweep <duration>' argument '0s' is invalid. It is a duration from 1s to 168h, for example 1h.",
  ],
  [
    'no place for a rollout',
    [...files, '--edit-concurrent', '0'],
    {},
    "'--edit-concurrent <number>' argument '0' is invalid. It is a whole number from 1 to 1000.",
  ],
  [
    'a window in an unknown zone',
    [...files, '--edit-windows', '22:00-04:00; 09:00-17:00 Europe/Bonn'],
    {},
    '"09:00-17:00 Europe/Bonn" names the time zone Europe/Bonn, which is unknown here.',
  ],
  [
    'Secrets without a key',
    [...files, '--secrets', 'on'],
    {},
    '--secrets-key-file: needed with --secrets on; make one with: openssl rand -base64 32 > FILE [CONFIG_INVALID]',
  ],
  [
    'ConfigMaps with keyed digests, but without a key',
    [...files, '--key-configmaps', 'on'],
    {},
    '--secrets-key-file: needed with --key-configmaps on; make one with: openssl rand -base64 32 > FILE [CONFIG_INVALID]',
  ],
  [
    'a file of keys that is not there, although no digest needs one',
    [...files, '--secrets-key-file', '/nowhere/keys'],
    {},
    '--secrets-key-file: cannot read /nowhere/keys',
  ],
  [
    'a file without a key',
    [...files, '--secrets', 'on', '--secrets-key-file', '/dev/null'],
    {},
    '--secrets-key-file: /dev/null: it holds no key',
  ],
  [
    'a file of keys that is not there',
    [...files, '--secrets', 'on', '--secrets-key-file', '/nowhere/keys'],
    {},
    '--secrets-key-file: cannot read /nowhere/keys',
  ],
  [
    'a certificate file that is not named',
    ['--tls-cert-file', '/nowhere/tls.crt'],
    {},
    '--tls-private-key-file: needed with --certificates files [CONFIG_INVALID]',
  ],
  [
    'an invalid Secret for certificates',
    [...managed, '--certificate-secret', 'lockstep'],
    {},
    "'--certificate-secret <namespace/name>' argument 'lockstep' is invalid. A Secret is NAMESPACE/NAME",
  ],
  [
    'a Secret for certificates that is not named',
    managed,
    {},
    '--certificate-secret: needed with --certificates self-managed [CONFIG_INVALID]',
  ],
  [
    'an invalid name',
    [...managed, '--certificate-names', 'a.b.svc,Under_score'],
    {},
    '"Under_score" is not a DNS name',
  ],
  [
    'an authority that ends before its successor could sign',
    [...managed, '--ca-lifetime', '100h', '--certificate-lifetime', '51h'],
    {},
    '--ca-lifetime: must be at least twice --certificate-lifetime',
  ],
  [
    'a lifetime without a unit',
    [...managed, '--certificate-lifetime', '90d'],
    {},
    'A lifetime is a duration of at least 3s, for example 720h',
  ],
  [
    'client authorities without names',
    [...files, '--client-ca-file', '/nowhere/ca.crt'],
    {},
    '--client-names: needed with --client-ca-file, because a cluster’s CA also signs the certificates of kubelets and users',
  ],
  [
    'names of clients without authorities',
    [...files, '--client-names', 'kube-apiserver'],
    {},
    '--client-names: has no effect without --client-ca-file',
  ],
  [
    'an empty name of a client',
    [...files, '--client-names', 'kube-apiserver,'],
    {},
    "'--client-names <list>' argument 'kube-apiserver,' is invalid. It is a list of names",
  ],
  [
    'client authorities that are not there',
    [...files, '--client-ca-file', '/nowhere/ca.crt', '--client-names', 'kube-apiserver'],
    {},
    '--client-ca-file: cannot read /nowhere/ca.crt',
  ],
  [
    'an invalid delay',
    [...files, '--drain-delay', '1h'],
    {},
    "'--drain-delay <duration>' argument '1h' is invalid. A delay is a duration from 0s to 10m",
  ],
  [
    'an invalid grace',
    [...files, '--pin-grace', '500ms'],
    {},
    "'--pin-grace <duration>' argument '500ms' is invalid. A grace is a duration of at least 1s",
  ],
  [
    'an invalid patience',
    [...files, '--ceiling-patience-pinned', '0s'],
    {},
    "'--ceiling-patience-pinned <duration>' argument '0s' is invalid. A patience is a duration of at least 1s",
  ],
  [
    'an invalid Lease',
    [...files, '--lease', 'lockstep'],
    {},
    "'--lease <namespace/name>' argument 'lockstep' is invalid. A Lease is NAMESPACE/NAME",
  ],
  ['whether to pin', files, { LOCKSTEP_PIN: 'yes' }, "from env 'LOCKSTEP_PIN'"],
  ['an environment variable', files, { LOCKSTEP_PORT: '99999' }, "from env 'LOCKSTEP_PORT'"],
  ['a file', files, {}, '--tls-cert-file: cannot read /nowhere/tls.crt'],
] as const)('an error names its cause: %s', (_name, args, env, message) => {
  const { status, stderr } = serve(args, env);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test('a port that is in use is named, and the program ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-serve-'));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  try {
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const notAfter = new Date(Date.now() + 3_600_000);
    const pair = await issueCertificates({ names: ['localhost'], addresses: [], notAfter });
    const [cert, key, kubeconfig] = [
      join(folder, 'tls.crt'),
      join(folder, 'tls.key'),
      join(folder, 'config'),
    ];
    writeFileSync(cert, pair.cert);
    writeFileSync(key, pair.key);
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'u', user: {} }],
      }),
    );
    const flags = ['--tls-cert-file', cert, '--tls-private-key-file', key, '--kubeconfig', kubeconfig];
    const { status, stderr } = serve([...flags, '--host', '127.0.0.1', '--admin-port', '0', '--port', port]);
    expect(stderr).toContain(
      `--port: cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
    expect(status).toBe(1);
  } finally {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
