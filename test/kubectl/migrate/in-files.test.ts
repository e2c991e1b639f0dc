import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kubectlLockstep } from '../../kit/kubectl-lockstep.ts';

const SHOP = 'test/kubectl/migrate/shop.yaml';
const CHART = 'test/kubectl/migrate/chart-deployment.yaml';
const VALUES = 'test/kubectl/migrate/values.yaml';
/** No cluster is asked. */
const run = (args: readonly string[], input = '') =>
  kubectlLockstep(undefined, ['migrate', ...args], { input });

describe('with -f', () => {
  test.each(['reloader', 'wave', 'checksum'])('%s: the change, and what stays', async (origin) => {
    const files = ['-f', SHOP, '-f', CHART, '-f', VALUES, '--diff'];
    const without = await run([origin, ...files]);
    const diff = await run([origin, ...files, '--secrets', 'on']);
    expect([without.code, diff.code, diff.calls]).toEqual([1, 1, []]);
    const text = [without.err, diff.out, diff.err].join('\n');
    await expect(text).toMatchFileSnapshot(`../golden/migrate-${origin}.txt`);
  });

  test('it prints the manifests, as --diff says, and writes no file', async () => {
    const before = readFileSync(SHOP, 'utf8');
    const { code, out } = await run(['reloader', '-f', SHOP, '--secrets', 'on']);
    expect(code).toBe(0);
    expect(out).toContain('    lockstep.dev/inject: enabled\n');
    expect(out).toContain('# The shop.\n');
    expect(readFileSync(SHOP, 'utf8')).toBe(before);
    // What it has printed needs nothing more, apart from what stays.
    const again = await run(['reloader', '-f', '-', '--diff', '--secrets', 'on'], out);
    expect(again.out).toBe('');
  });

  test('templates of Helm’s are named line by line, and never printed or changed', async () => {
    const { code, out, err } = await run(['checksum', '-f', SHOP, '-f', CHART]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.match(/chart-deployment\.yaml:\d+:\d+/g)).toEqual([
      'chart-deployment.yaml:13:9',
      'chart-deployment.yaml:14:9',
    ]);
    expect(err).toContain('it is of /configmap.yaml');
    expect(err).toContain('no manifests are printed');
  });
});

const LONE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {reloader.stakater.com/auto: "true"}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
`;

describe('a manifest stays as it is', () => {
  test('if there is nothing to migrate', async () => {
    expect(await run(['wave', '-f', '-'], LONE)).toMatchObject({ code: 0, out: LONE, err: '' });
    const diff = await run(['wave', '-f', '-', '--diff'], LONE);
    expect(diff).toMatchObject({ code: 0, out: '', err: 'Nothing of wave found.\n' });
  });

  test.each([
    [
      'its text has braces that Helm fills in',
      LONE.replace('name: web', 'name: "{{ .Release.Name }}"'),
      '{{ }}',
    ],
    ['a comment has them', `# {{- if .Values.on }}\n${LONE}# {{- end }}\n`, '{{ }}'],
    ['nobody can edit its text', `${LONE.replace('{reloader', '&a {reloader')}x: *a\n`, ''],
    [
      'a Namespace in the files says no',
      `${LONE}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {lockstep.dev/inject: disabled}}\n`,
      'in its namespace',
    ],
    ['it is a patch or values', LONE.replace(/^kind.*\n/m, ''), 'changed by hand'],
    [
      'lockstep does not act on its kind',
      LONE.replace('Deployment', 'CloneSet'),
      'does not act on this kind',
    ],
    ['it is a CronJob', LONE.replace('Deployment', 'CronJob'), 'new Jobs start with what is there'],
  ])('if %s', async (_what, text, why) => {
    const { code, out, err } = await run(['reloader', '-f', '-', '--diff'], text);
    if (why === '') {
      expect(out).toContain('+    lockstep.dev/inject: enabled');
      return;
    }
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('reloader.stakater.com/auto stays: ');
    expect(err).toContain(why);
  });

  test('if SOPS has signed it', async () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {reloader.stakater.com/ignore: "true"}}
sops: {mac: x}
`;
    const signed = await run(['reloader', '-f', '-'], secret);
    expect(signed).toMatchObject({ code: 0, out: secret });
    expect(signed.err).toContain('SOPS');
    const plain = await run(['reloader', '-f', '-'], secret.replace('sops: {mac: x}\n', ''));
    expect(plain.out).toContain("annotations: {lockstep.dev/ignore: 'true'}");
  });
});

test('a key that is there twice keeps the document as it is, and is told as the reason', async () => {
  const twice = LONE.replace(
    '{reloader.stakater.com/auto: "true"}',
    '{reloader.stakater.com/auto: "true", reloader.stakater.com/auto: "true"}',
  );
  const { out, err } = await run(['reloader', '-f', '-'], twice);
  expect(out).toBe(twice);
  expect(err).toContain('stays: it cannot be changed as text: a key is there twice in this document');
});

test('a name in the namespace of -n is one of its own', async () => {
  const wave = LONE.replace(
    'reloader.stakater.com/auto: "true"',
    'wave.pusher.com/update-on-config-change: "true", wave.pusher.com/extra-configmaps: shop/more',
  );
  expect((await run(['wave', '-f', '-', '--diff', '-n', 'shop'], wave)).out).toContain(
    '{lockstep.dev/include: configmap/more}',
  );
  expect((await run(['wave', '-f', '-', '--diff'], wave)).err).toContain('is in another namespace');
});

test.each([
  [[], 'say what to migrate from: reloader, wave, checksum'],
  [['helm'], 'say what to migrate from'],
  [['wave', '-f', SHOP, '-A'], 'leave them away with -f'],
  [['wave', 'deploy/web', '-f', SHOP], 'leave them away with -f'],
  [['wave', '-f', SHOP, '-o', 'json'], '-o is for the cluster'],
  [['wave', '--diff'], 'name them with -f'],
  [['wave', '-f', 'nowhere.yaml'], 'nowhere.yaml'],
])('%j is an error', async (args, message) => {
  const { code, err } = await run(args);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
});
