import { describe, expect, test } from 'vitest';
import { formatsWith } from '../../src/digest/format.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { APP, deploymentYaml, inject, markLines, webAfter, webWithSecret } from '../kit/injected.ts';
import { KEY } from '../kit/secret-keys.ts';

const SECRETS = {
  defaults: { secrets: true, include: true, ignore: [], rollOn: OPERATIONS },
  format: formatsWith([KEY]).current,
};
const WEB = deploymentYaml('');
const labelled = (value: string) =>
  WEB.replace('  name: web\n', `  name: web\n  labels: {lockstep.dev/inject: ${value}}\n`);
const namespace = (value: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {lockstep.dev/inject: ${value}}}\n`;

describe('a Rollout', () => {
  const toRollout = (text: string) =>
    text.replace('apps/v1', 'argoproj.io/v1alpha1').replace('kind: Deployment', 'kind: Rollout');

  test('gets the marks, and keeps its text, also where its controller writes another one', async () => {
    const odd = `${deploymentYaml('')}          resources: {limits: {cpu: 0.50}}\n          args: []\n`;
    const marked = await webAfter(toRollout(odd));
    const metadata = `    metadata:\n      annotations:\n${markLines('        ')}`;
    expect(marked.replace(metadata, '')).toBe(toRollout(odd));
    expect(marked).toContain(metadata);
  });

  test('with the template of another object is left as it is', async () => {
    const text =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec:\n  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n';
    expect(await webAfter(text)).toBe(text);
  });
});

describe('a source that is not among the files', () => {
  const NOT_GIVEN = 'deployment/web refers to configmap/app, which is not in the input for namespace default';
  const DECRYPT = 'deployment/web refers to secret/db: left without lockstep.dev annotations:';

  test('leaves the workload alone, with a warning', async () => {
    const text = `---\n# web\n${WEB}`;
    const { files, warnings, changes } = await inject({ 'web.yaml': text });
    expect(files[0]?.after).toBe(text);
    expect(changes).toEqual([]);
    expect(warnings).toEqual([
      `web.yaml:3:1: ${NOT_GIVEN}: left without lockstep.dev annotations; pass its file too, or count it as absent with --allow-missing-sources`,
    ]);
  });

  test('takes away marks from before, because nothing keeps them current', async () => {
    const { output } = await inject({ 'web.yaml': WEB, 'app.yaml': APP });
    const [marked = ''] = output.split('---\n');
    expect(marked).toContain('lockstep.dev/config-hash');
    const { files, changes } = await inject({ 'web.yaml': marked });
    expect(files[0]?.after).not.toContain('lockstep.dev/');
    expect(changes).toEqual([{ place: 'web.yaml:1:1', name: 'deployment/web', reason: 'source-not-given' }]);
    expect((await inject({ 'web.yaml': files[0]?.after ?? '' })).changes).toEqual([]);
  });

  test('counts as absent if the user says so', async () => {
    const { files, warnings } = await inject({ 'web.yaml': WEB }, { allowMissing: true });
    expect(files[0]?.after).toContain(`'{"configmap/app":"absent"}'`);
    expect(warnings).toContain(`web.yaml:1:1: ${NOT_GIVEN}: counted as absent`);
  });

  const db = (fields: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${fields}`;
  test.each([
    [
      'encrypted by SOPS',
      db('data: {password: "ENC[AES256_GCM,data:x,type:str]"}\nsops: {mac: x}\n'),
      'db.yaml:1:1 is encrypted by SOPS; decrypt it first',
    ],
    [
      'a placeholder',
      db('data: {password: "<password>"}\n'),
      'db.yaml:4:18: data is not base64; decrypt it, or fill in its placeholder first',
    ],
  ])('is not digested as what it is not: %s', async (_, secret, why) => {
    for (const allowMissing of [false, true]) {
      const options = { ...SECRETS, allowMissing };
      const files = { 'web.yaml': webWithSecret(), 'app.yaml': APP, 'db.yaml': secret };
      const { changes, warnings } = await inject(files, options);
      expect(changes).toEqual([]);
      expect(warnings).toEqual([`web.yaml:1:1: ${DECRYPT} ${why}`]);
    }
    // Without Secrets it does not matter.
    const { warnings } = await inject({ 'web.yaml': webWithSecret(), 'app.yaml': APP, 'db.yaml': secret });
    expect(warnings).toEqual([]);
  });
});

test('a workload beyond the limits of a review is an error that names its place', async () => {
  const list = Array.from({ length: 101 }, (_, i) => `configmap/c${i}`).join(',');
  const web = WEB.replace('  name: web\n', `  name: web\n  annotations: {lockstep.dev/ignore: "${list}"}\n`);
  await expect(inject({ 'web.yaml': web })).rejects.toMatchObject({
    code: 'WORKLOAD_TOO_LARGE',
    message: expect.stringMatching(
      /^web.yaml:1:1: deployment\/web: its annotation .* lists more than 100 entries/,
    ),
  });
});

test('other kinds and other groups are skipped', async () => {
  const other = WEB.replace('apps/v1', 'example.com/v1');
  const text = `${other}---\njust text\n---\n- 1\n---\nkind: 7\n`;
  expect(await webAfter(text)).toBe(text);
});

describe('a workload is managed by label', () => {
  test.each([
    ['enabled', WEB, [], true],
    ['enabled', labelled('disabled'), [], false],
    ['enabled', WEB, [namespace('disabled')], false],
    ['disabled', WEB, [], false],
    ['disabled', labelled('enabled'), [], true],
    ['disabled', WEB, [namespace('enabled')], true],
    ['disabled', labelled('enabled'), [namespace('disabled')], false],
  ] as const)('default %s', async (injectDefault, web, others, managed) => {
    const { changes, files } = await inject(
      { 'web.yaml': web, 'more.yaml': [APP, ...others].join('---\n') },
      { injectDefault },
    );
    expect(changes).toHaveLength(managed ? 1 : 0);
    expect(files[0]?.after === web).toBe(!managed);
  });
  test('a malformed label is named and ignored', async () => {
    const { changes, warnings } = await inject({ 'a.yaml': APP, 'web.yaml': labelled('maybe') });
    expect(changes).toHaveLength(1);
    expect(warnings[0]).toContain('web.yaml:1:1: label lockstep.dev/inject="maybe"');
  });
});

test('each change is listed with its position, and a second run lists none', async () => {
  const first = await inject({ 'a.yaml': APP, 'web.yaml': WEB });
  expect(first.changes).toEqual([{ place: 'web.yaml:1:1', name: 'deployment/web', reason: 'created' }]);
  const second = await inject({ 'all.yaml': first.output });
  expect(second.changes).toEqual([]);
  expect(second.output).toBe(first.output);
});

test('a malformed annotation is named with its position, a source’s own, too', async () => {
  const odd = APP.replace('{name: app}', '{name: app, annotations: {lockstep.dev/ignore: maybe}}');
  const { warnings } = await inject({
    'app.yaml': odd,
    'web.yaml': webWithSecret('{lockstep.dev/roll-on: never}'),
  });
  expect(warnings).toEqual([
    'web.yaml:1:1: annotation lockstep.dev/roll-on on deployment/web: "never" is not create, update, scale, node or edit: ignored',
    'web.yaml:1:1: annotation lockstep.dev/ignore="maybe" on configmap/app is neither true nor false: ignored',
  ]);
});
