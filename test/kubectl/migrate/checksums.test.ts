import { describe, expect, test } from 'vitest';
import { checksumFindings } from '../../../src/kubectl/migrate/checksums.ts';
import type { Setting } from '../../../src/kubectl/migrate/setting.ts';
import { subjectOfWorkload } from '../../../src/kubectl/migrate/subject.ts';
import { PEERS } from '../../../src/marks/peers.ts';
import { OPERATIONS } from '../../../src/policy/roll-on.ts';
import { viewOf } from '../../kit/deployments.ts';

const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const CONFIG = 'checksum/config';

interface Of {
  readonly names?: readonly string[];
  readonly value?: string;
  readonly maps?: readonly string[];
  readonly secrets?: readonly string[];
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly setting?: Partial<Setting>;
  readonly defaults?: Partial<Setting['defaults']>;
}

function found({ names = [CONFIG], value = SHA, maps = ['web-config'], secrets = [], ...more }: Of) {
  const { annotations = {}, labels = {}, setting, defaults } = more;
  const envFrom = [
    ...maps.map((name) => ({ configMapRef: { name } })),
    ...secrets.map((name) => ({ secretRef: { name } })),
  ];
  const web = viewOf({
    metadata: { name: 'web', annotations, labels },
    spec: {
      replicas: 1,
      template: {
        metadata: { annotations: Object.fromEntries(names.map((name) => [name, value])) },
        spec: { containers: [{ name: 'web', envFrom }] },
      },
    },
  });
  const { findings, change } = checksumFindings(subjectOfWorkload(web), {
    defaults: {
      secrets: false,
      include: true,
      edit: true,
      ignore: [],
      rollOn: OPERATIONS,
      compat: [],
      ...defaults,
    },
    injectDefault: 'enabled',
    scope: { excluded: [], only: [] },
    mode: 'enforce',
    labelsOf: () => ({}),
    annotationsOfSource: () => ({}),
    ...setting,
  });
  expect(change.templatePatch.map(({ path }) => path)).toEqual(
    findings
      .filter(({ state }) => state === 'Replace')
      .map(({ what }) => `/spec/template/metadata/annotations/${what.replaceAll('/', '~1')}`),
  );
  return findings;
}

describe('a checksum is to be removed', () => {
  test.each<[string, Of, string]>([
    ['of all ConfigMaps', { maps: ['a', 'b'] }, 'configmap/a, configmap/b'],
    [
      'of all Secrets, where they count',
      { names: ['checksum/secrets'], secrets: ['db'], defaults: { secrets: true } },
      'secret/db',
    ],
    [
      'of what its name names',
      { names: ['checksum/nginx'], maps: ['web-nginx', 'other'] },
      'configmap/web-nginx',
    ],
    [
      'of what its name names',
      { names: ['checksum/nginx-config'], maps: ['web-nginx', 'o'] },
      'configmap/web-nginx',
    ],
    ['of what its name names', { names: ['checksum/configmap-web'], maps: ['web', 'o'] }, 'configmap/web'],
    ['of another prefix', { names: ['shop.example.com/config-checksum'] }, 'configmap/web-config'],
    ['of another word', { names: ['configHash', 'config-hash'] }, 'configmap/web-config'],
  ])('%s: %j', (_what, of, sources) => {
    const [finding] = found(of);
    expect(finding).toMatchObject({ state: 'Replace', on: 'PodTemplate' });
    expect(finding?.message).toContain(`seems to stand for ${sources},`);
    expect(finding?.message).toContain('together with the next release');
  });
});

describe('a checksum stays', () => {
  test.each<[string, Of, string]>([
    [
      'Secrets are off, and the template refers to one',
      { secrets: ['db'] },
      'Secrets do not count in this cluster',
    ],
    [
      'it is of a Secret, and these are off',
      { names: ['checksum/secret'], secrets: ['db'] },
      'Secrets do not count',
    ],
    [
      'its own label says no',
      { labels: { 'lockstep.dev/inject': 'disabled' } },
      'lockstep does not act on it',
    ],
    [
      'its namespace says no',
      { setting: { labelsOf: () => ({ 'lockstep.dev/inject': 'disabled' }) } },
      'lockstep does not act in its namespace',
    ],
    ['nobody has let lockstep in', { setting: { injectDefault: 'disabled' } }, 'give it the label'],
    [
      'a peer keeps it out',
      { annotations: { 'reloader.stakater.com/auto': 'false' }, defaults: { compat: PEERS } },
      'lockstep does not act on it',
    ],
    ['lockstep only observes', { setting: { mode: 'observe' } }, 'only observes'],
    [
      'lockstep is not for its namespace',
      { setting: { scope: { excluded: [], only: ['x'] } } },
      'never acts in namespace shop',
    ],
    ['edits are not followed', { defaults: { edit: false } }, 'set edit.enabled'],
    ['its roll-on has no edit', { annotations: { 'lockstep.dev/roll-on': 'create' } }, 'lists edit'],
    [
      'a key is ignored',
      { annotations: { 'lockstep.dev/ignore': 'configmap/web-config#a' } },
      'or not all of it',
    ],
    [
      'the cluster ignores it',
      { defaults: { ignore: [{ kind: 'configmap', name: '*', key: undefined }] } },
      'does not count',
    ],
    [
      'the source says no',
      { setting: { annotationsOfSource: () => ({ 'lockstep.dev/ignore': 'true' }) } },
      'its own annotations say so',
    ],
    ['the template refers to nothing', { maps: [] }, 'refers to no ConfigMap or Secret'],
    ['it is of something else', { names: ['checksum/rbac'] }, 'fits none of what the template refers to'],
    [
      'it is of something else',
      { names: ['checksum/php-config'] },
      'fits none of what the template refers to',
    ],
    [
      'it is of a Secret, and there is none',
      { names: ['checksum/secret'] },
      'fits none of what the template refers to',
    ],
    [
      'it is of a ConfigMap, and there is none',
      { maps: [], secrets: ['db'], defaults: { secrets: true } },
      'fits none',
    ],
    ['nobody knows what of', { names: ['checksum'] }, 'fits none of what the template refers to'],
  ])('%s: %j', (_what, of, why) => {
    expect(found(of)).toMatchObject([{ state: 'Keep', message: expect.stringContaining(why) }]);
  });
});

test('what is no checksum of configuration is not looked at', () => {
  const names = [
    'lockstep.dev/config-hash',
    'wave.pusher.com/config-hash',
    'kubectl.kubernetes.io/config-checksum',
    'note',
    'image-hash',
  ];
  expect(found({ names })).toEqual([]);
  expect(found({ names: ['config-hash'], value: 'on' })).toEqual([]);
});
