import { describe, expect, test } from 'vitest';
import type { Setting } from '../../../src/kubectl/migrate/setting.ts';
import { translationOf } from '../../../src/kubectl/migrate/translation.ts';
import { changedWorkload } from '../../../src/kubectl/migrate/words.ts';
import { PEERS, type Peer } from '../../../src/marks/peers.ts';
import { injectSwitch, workloadSettings } from '../../../src/policy/compat.ts';
import { referencesInScope } from '../../../src/policy/in-scope.ts';
import { CALLS, OPERATIONS } from '../../../src/policy/roll-on.ts';
import { viewOf } from '../../kit/deployments.ts';

type Texts = Record<string, string>;

const AUTO = 'reloader.stakater.com/auto';
const SEARCH = 'reloader.stakater.com/search';
const of = (kind: 'configmap' | 'secret', word: 'auto' | 'reload') => `${kind}.reloader.stakater.com/${word}`;
const exclude = (kind: 'configmaps' | 'secrets') => `${kind}.exclude.reloader.stakater.com/reload`;
const UPDATE = { 'wave.pusher.com/update-on-config-change': 'true' };
const [MAPS, SECRETS] = ['wave.pusher.com/extra-configmaps', 'wave.pusher.com/extra-secrets'];
const [ONLY, INCLUDE, IGNORE] = ['lockstep.dev/only', 'lockstep.dev/include', 'lockstep.dev/ignore'];
const ENABLED = { 'lockstep.dev/inject': 'enabled' };
const DISABLED = { 'lockstep.dev/inject': 'disabled' };

const ENV_FROM = [
  { configMapRef: { name: 'app' } },
  { configMapRef: { name: 'flags' } },
  { secretRef: { name: 'db' } },
];

/** It refers to the ConfigMaps app and flags, and to the Secret db. */
const web = (annotations: Texts, template: Texts = {}, labels: Texts = {}, pod: object = {}) =>
  viewOf({
    metadata: { name: 'web', annotations, labels },
    spec: {
      replicas: 1,
      template: {
        metadata: { annotations: template },
        spec: { ...pod, containers: [{ name: 'web', envFrom: ENV_FROM }] },
      },
    },
  });

const DEFAULTS = { secrets: true, include: true, edit: true, ignore: [], rollOn: OPERATIONS, compat: [] };
const SETTING: Setting = {
  defaults: DEFAULTS,
  injectDefault: 'disabled',
  scope: { excluded: [], only: [] },
  mode: 'enforce',
  labelsOf: () => ({}),
  annotationsOfSource: () => ({}),
};

const peerOf = (annotations: Texts): Peer =>
  Object.keys(annotations).some((name) => name.startsWith('wave.')) ? 'wave' : 'reloader';

describe('of each row of docs/migrating.md, lockstep’s own words are', () => {
  test.each<[Texts, Texts, Texts]>([
    [{ [AUTO]: 'true' }, ENABLED, {}],
    [{ [AUTO]: 'false' }, DISABLED, {}],
    [{ [AUTO]: 'false', [of('configmap', 'reload')]: 'app' }, ENABLED, { [ONLY]: 'configmap/app' }],
    [{ [of('configmap', 'auto')]: 'true' }, ENABLED, { [ONLY]: 'configmap/*' }],
    [{ [of('secret', 'auto')]: 'true' }, ENABLED, { [ONLY]: 'secret/*' }],
    [{ [of('configmap', 'auto')]: 'false' }, {}, { [ONLY]: 'secret/*' }],
    [{ [AUTO]: 'true', [of('secret', 'auto')]: 'false' }, ENABLED, {}],
    [{ [of('configmap', 'reload')]: 'app,flags' }, ENABLED, { [ONLY]: 'configmap/app, configmap/flags' }],
    [
      { [of('configmap', 'reload')]: 'app, more', [of('secret', 'reload')]: 'db' },
      ENABLED,
      { [ONLY]: 'configmap/app, configmap/more, secret/db', [INCLUDE]: 'configmap/more' },
    ],
    [{ [AUTO]: 'true', [of('configmap', 'reload')]: 'more' }, ENABLED, { [INCLUDE]: 'configmap/more' }],
    [{ [of('configmap', 'reload')]: 'app-.*' }, ENABLED, { [ONLY]: 'configmap/app-*' }],
    [{ [AUTO]: 'true', [SEARCH]: 'true' }, ENABLED, {}],
    [{ [AUTO]: 'true', [exclude('configmaps')]: 'app' }, ENABLED, { [IGNORE]: 'configmap/app' }],
    [{ [exclude('secrets')]: 'db' }, {}, { [IGNORE]: 'secret/db' }],
    [{ [AUTO]: 'true', 'reloader.stakater.com/rollout-strategy': 'rollout' }, ENABLED, {}],
    [UPDATE, ENABLED, {}],
    [
      { ...UPDATE, [MAPS]: 'app, shop/more', [SECRETS]: 'token' },
      ENABLED,
      { [INCLUDE]: 'configmap/more, secret/token' },
    ],
  ])('%j: %j and %j', (annotations, labels, words) => {
    const before = web({ note: '1', ...annotations });
    const { blocked, problems, ...translation } = translationOf(peerOf(annotations), before, SETTING);
    expect({ blocked, problems: [...problems] }).toEqual({ blocked: [], problems: [] });
    expect(translation).toEqual({
      labels,
      annotations: words,
      removed: Object.keys(annotations).toSorted(),
      removedOfTemplate: [],
    });
    const after = changedWorkload(before, translation);
    expect(after.metadata.annotations).toEqual({ note: '1', ...words });
    const policy = (each: typeof before, compat: readonly Peer[]) => [
      injectSwitch(each, compat),
      referencesInScope(each.template, workloadSettings(each, { ...DEFAULTS, compat })),
    ];
    const [says, counting] = policy(before, PEERS);
    expect(policy(after, [])).toEqual([says, expect.arrayContaining(Object(counting))]);
  });

  test('annotations of the pod template that count; a workload’s own that hide them are not taken away alone', () => {
    const { removed, removedOfTemplate, labels } = translationOf(
      'reloader',
      web({}, { [AUTO]: 'true' }),
      SETTING,
    );
    expect({ removed, removedOfTemplate, labels }).toEqual({
      removed: [],
      removedOfTemplate: [AUTO],
      labels: ENABLED,
    });
    const hidden = web({ [AUTO]: 'true' }, { [of('configmap', 'reload')]: 'app' });
    expect(translationOf('reloader', hidden, SETTING).annotations).toEqual({
      [ONLY]: 'configmap/*, secret/*',
    });
  });

  test('lockstep.dev/roll-on, where rollOn has no edit: a peer rolls at the edit', () => {
    const setting = { ...SETTING, defaults: { ...DEFAULTS, rollOn: CALLS } };
    expect(translationOf('wave', web(UPDATE), setting).annotations).toEqual({
      'lockstep.dev/roll-on': OPERATIONS.join(','),
    });
  });

  test('those that it has already: they stay', () => {
    const before = web({ [of('configmap', 'reload')]: 'app', [ONLY]: 'configmap/flags' }, {}, ENABLED);
    const { removed, labels, annotations, blocked } = translationOf('reloader', before, SETTING);
    expect({ removed, labels, annotations, blocked }).toEqual({
      removed: [of('configmap', 'reload')],
      labels: {},
      annotations: {},
      blocked: [],
    });
  });
});

describe('a workload is left as it is, and why', () => {
  const blockedBy = (
    annotations: Texts,
    setting: Partial<Setting> = {},
    more: Parameters<typeof web>[2] = {},
  ) => {
    const translation = translationOf(peerOf(annotations), web(annotations, {}, more), {
      ...SETTING,
      ...setting,
    });
    expect(translation).toMatchObject({ labels: {}, annotations: {}, removed: [], removedOfTemplate: [] });
    return translation.blocked.join('\n');
  };
  const withDefaults = (defaults: Partial<Setting['defaults']>) => ({
    defaults: { ...DEFAULTS, ...defaults },
  });
  const AUTO_ON = { [AUTO]: 'true' };

  test.each<[string, Texts, Partial<Setting>, string]>([
    [
      'Secrets are off, and it refers to one',
      AUTO_ON,
      withDefaults({ secrets: false }),
      'secret/db does not count',
    ],
    [
      'Secrets are off, and it refers to one',
      UPDATE,
      withDefaults({ secrets: false }),
      'secret/db does not count',
    ],
    [
      'include is off',
      { [of('configmap', 'reload')]: 'more' },
      withDefaults({ include: false }),
      'configmap/more does not count, or not all of it: include.enabled is false',
    ],
    [
      'the cluster ignores a source',
      AUTO_ON,
      withDefaults({ ignore: [{ kind: 'configmap', name: 'app', key: 'a' }] }),
      'configmap/app does not count, or not all of it',
    ],
    ['edits are not followed', UPDATE, withDefaults({ edit: false, rollOn: CALLS }), 'set edit.enabled'],
    [
      'the namespace is disabled',
      AUTO_ON,
      { labelsOf: () => DISABLED },
      'lockstep does not act in its namespace (label lockstep.dev/inject: disabled)',
    ],
    [
      'the namespace observes',
      AUTO_ON,
      { labelsOf: () => ({ 'lockstep.dev/mode': 'observe' }) },
      'only observes',
    ],
    ['the cluster observes', AUTO_ON, { mode: 'observe' }, 'only observes'],
    [
      'the namespace is excluded',
      AUTO_ON,
      { scope: { excluded: ['shop'], only: [] } },
      'never acts in namespace shop',
    ],
    [
      'the source says no',
      AUTO_ON,
      { annotationsOfSource: () => ({ [IGNORE]: 'true' }) },
      'configmap/app does not count: its own annotations say so',
    ],
    ['it searches', { [SEARCH]: 'true' }, {}, 'list their names in lockstep.dev/only'],
    ['an expression', { [of('configmap', 'reload')]: 'app|x' }, {}, 'is a regular expression'],
    ['a source elsewhere', { ...UPDATE, [MAPS]: 'far/app' }, {}, 'is in another namespace'],
    [
      'its roll-on has no edit',
      { ...UPDATE, 'lockstep.dev/roll-on': 'create' },
      {},
      'nor its lockstep.dev/roll-on',
    ],
    [
      'its roll-on is wrong',
      { ...UPDATE, 'lockstep.dev/roll-on': 'x' },
      withDefaults({ rollOn: CALLS }),
      'mend',
    ],
    [
      'too many names',
      { [of('configmap', 'reload')]: Array.from({ length: 101 }, (_, i) => `c${i}`).join(',') },
      {},
      'reload',
    ],
  ])('%s', (_what, annotations, setting, why) => {
    expect(blockedBy(annotations, setting)).toContain(why);
  });

  test('its own label keeps lockstep out', () => {
    expect(blockedBy(AUTO_ON, {}, DISABLED)).toContain('lockstep.dev/inject: disabled');
  });

  test('but not for a source that Reloader itself ignores', () => {
    const setting = { ...SETTING, annotationsOfSource: () => ({ 'reloader.stakater.com/ignore': 'true' }) };
    expect(translationOf('reloader', web(AUTO_ON), setting).blocked).toEqual([]);
    const reading = { ...setting, defaults: { ...DEFAULTS, compat: PEERS } };
    expect(translationOf('wave', web(UPDATE), reading).blocked.join()).toContain(
      'configmap/app does not count',
    );
  });

  test('it mounts a SecretProviderClass, for which Reloader restarts, too', () => {
    const volumes = [{ name: 'v', csi: { driver: 'secrets-store.csi.k8s.io' } }];
    expect(translationOf('reloader', web(AUTO_ON, {}, {}, { volumes }), SETTING).blocked.join()).toContain(
      'SecretProviderClass',
    );
  });
});

test('what lockstep cannot follow stays beside what it can', () => {
  const left = ['deployment.reloader.stakater.com/pause-period', 'reloader.stakater.com/rollout-strategy'];
  const annotations = { [AUTO]: 'true', [left[0] ?? '']: '5m', [left[1] ?? '']: 'restart' };
  const { removed, problems, blocked } = translationOf('reloader', web(annotations), SETTING);
  expect({ removed, blocked, problems: [...problems.keys()].toSorted() }).toEqual({
    removed: [AUTO],
    blocked: [],
    problems: left,
  });
});

test('a workload that asks both peers keeps what the other one asks for', () => {
  const both = { [of('configmap', 'reload')]: 'app', ...UPDATE };
  const { annotations, removed } = translationOf('reloader', web(both), SETTING);
  expect({ annotations, removed }).toEqual({ annotations: {}, removed: [of('configmap', 'reload')] });
});
