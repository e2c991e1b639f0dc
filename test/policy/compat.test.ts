import { describe, expect, test } from 'vitest';
import { injectSwitch, PEERS, peersWish, sameForPeers, workloadSettings } from '../../src/policy/compat.ts';
import { referencesInScope } from '../../src/policy/in-scope.ts';
import { CALLS, OPERATIONS } from '../../src/policy/roll-on.ts';
import { NO_WISH } from '../../src/policy/wish.ts';
import { printSourceList } from '../../src/references/source-list.ts';
import { sourceId } from '../../src/references/sources.ts';

type Annotations = Record<string, string>;

const AUTO = { 'reloader.stakater.com/auto': 'true' };
const NO_AUTO = { 'reloader.stakater.com/auto': 'false' };
const RELOAD = 'configmap.reloader.stakater.com/reload';
const WAVE = { 'wave.pusher.com/update-on-config-change': 'true' };
const EXTRA = 'wave.pusher.com/extra-configmaps';
const ON = { secrets: true, include: true };

const annotated = (annotations: Annotations, ofTemplate: Annotations = {}, labels: Annotations = {}) => ({
  namespace: 'shop',
  metadata: { annotations, labels },
  template: {
    metadata: { annotations: ofTemplate },
    spec: {
      containers: [
        {
          name: 'web',
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }],
          envFrom: [{ configMapRef: { name: 'flags' } }, { secretRef: { name: 'db' } }],
        },
      ],
    },
  },
});

describe('the wish of all peers', () => {
  const wish = (annotations: Annotations, compat = PEERS) => peersWish(compat, annotated(annotations), ON);

  test('is none where no peer is read', () => {
    expect(wish({ ...AUTO, ...WAVE }, [] as never)).toBe(NO_WISH);
    expect(wish(AUTO, ['wave'] as never)).toEqual(NO_WISH);
    expect(wish(WAVE, ['reloader'] as never)).toEqual(NO_WISH);
  });

  test('is what one of them asks for, whatever another one would leave out', () => {
    expect(wish({ ...NO_AUTO, ...WAVE })).toMatchObject({ inject: 'enabled', only: undefined });
    expect(wish({ [RELOAD]: 'a', ...WAVE })).toMatchObject({ inject: 'enabled', only: undefined });
    expect(printSourceList(wish({ [RELOAD]: 'a' }).only ?? [])).toBe('configmap/a');
    expect(wish({ 'secret.reloader.stakater.com/auto': 'false', ...WAVE }).only).toBeUndefined();
  });

  test('has a limit for each list', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(',');
    expect(wish({ [RELOAD]: names(100) }).only).toHaveLength(100);
    expect(() => wish({ [RELOAD]: names(101) })).toThrow(
      expect.objectContaining({ code: 'WORKLOAD_TOO_LARGE', message: expect.stringContaining(RELOAD) }),
    );
  });
});

describe('the settings of a workload', () => {
  const defaults = { ...ON, ignore: [], rollOn: CALLS, compat: PEERS };
  const settings = (annotations: Annotations, ofTemplate?: Annotations) =>
    workloadSettings(annotated(annotations, ofTemplate), defaults);
  const ids = (annotations: Annotations, ofTemplate?: Annotations) => {
    const found = settings(annotations, ofTemplate);
    const references = referencesInScope(annotated({}).template, found);
    return references.map((each) => sourceId(each) + (each.ifMarked ? '?' : '')).sort();
  };

  test('have what peers ask for', () => {
    expect(ids({})).toEqual(['configmap/app', 'configmap/flags', 'secret/db']);
    expect(ids(AUTO)).toEqual(['configmap/app', 'configmap/flags', 'secret/db']);
    expect(ids({ [RELOAD]: 'app' })).toEqual(['configmap/app']);
    expect(ids({ [RELOAD]: 'app, remote' })).toEqual(['configmap/app', 'configmap/remote']);
    expect(ids({}, { [RELOAD]: 'flags' })).toEqual(['configmap/flags']);
    expect(ids({ ...AUTO, 'configmaps.exclude.reloader.stakater.com/reload': 'app' })).toEqual([
      'configmap/flags',
      'secret/db',
    ]);
    expect(ids({ ...WAVE, [EXTRA]: 'remote' })).toContain('configmap/remote');
    expect(ids({ 'reloader.stakater.com/search': 'true', [RELOAD]: 'app' })).toEqual([
      'configmap/app',
      'configmap/flags?',
      'secret/db?',
    ]);
  });

  test('keep the used keys of a source that a peer names: no key more counts with peers than without', () => {
    for (const own of [{ [RELOAD]: 'app' }, { ...WAVE, [EXTRA]: 'app,app' }]) {
      const references = referencesInScope(annotated({}).template, settings(own));
      expect(references.filter(({ name }) => name === 'app').map(({ keys }) => keys)).toEqual([['a']]);
    }
  });

  test('have lockstep’s own annotation instead of a peer’s of the same meaning', () => {
    expect(ids({ [RELOAD]: 'app', 'lockstep.dev/only': 'configmap/flags' })).toEqual(['configmap/flags']);
    // Also if it is malformed: then it does not count, and neither does the peer's.
    expect(ids({ [RELOAD]: 'app', 'lockstep.dev/only': 'x' })).toHaveLength(3);
    const excluding = { ...AUTO, 'secrets.exclude.reloader.stakater.com/reload': 'db' };
    expect(ids({ ...excluding, 'lockstep.dev/ignore': 'configmap/app' })).toEqual([
      'configmap/flags',
      'secret/db',
    ]);
    expect(ids({ ...WAVE, [EXTRA]: 'remote', 'lockstep.dev/include': 'configmap/other' })).toEqual([
      'configmap/app',
      'configmap/flags',
      'configmap/other',
      'secret/db',
    ]);
  });

  test('roll at an edit where a peer asks for rollouts, unless lockstep.dev/roll-on says otherwise', () => {
    expect(settings(AUTO).rollOn).toEqual(OPERATIONS);
    expect(settings(WAVE).rollOn).toEqual(OPERATIONS);
    expect(settings({}).rollOn).toEqual(CALLS);
    expect(settings(NO_AUTO).rollOn).toEqual(CALLS);
    expect(settings({ ...AUTO, 'lockstep.dev/roll-on': 'create' }).rollOn).toEqual(['create']);
  });
});

describe('whether lockstep manages a workload', () => {
  const says = (annotations: Annotations, label?: string) =>
    injectSwitch(
      annotated(annotations, {}, label === undefined ? {} : { 'lockstep.dev/inject': label }),
      PEERS,
    );

  test('its label says, or else a peer’s annotation', () => {
    expect(says({})).toEqual({ says: 'nothing' });
    expect(says(AUTO)).toEqual({ says: 'enabled' });
    expect(says(NO_AUTO)).toEqual({ says: 'disabled' });
    expect(says(AUTO, 'disabled')).toEqual({ says: 'disabled' });
    expect(says(NO_AUTO, 'enabled')).toEqual({ says: 'enabled' });
    expect(says(WAVE, 'on')).toEqual({ says: 'enabled' });
    expect(says({}, 'on')).toEqual({ says: 'malformed', value: 'on' });
    expect(injectSwitch(annotated(AUTO))).toEqual({ says: 'nothing' });
  });
});

test('a change is one for peers if it changes an annotation of theirs, on the workload or its template', () => {
  const same = (a: Annotations, b: Annotations, compat = PEERS) =>
    sameForPeers(compat, annotated(a), annotated(b)) &&
    sameForPeers(compat, annotated({}, a), annotated({}, b));
  expect(same({ ...AUTO, note: '1' }, { ...AUTO, note: '2' })).toBe(true);
  expect(same(AUTO, NO_AUTO)).toBe(false);
  expect(same({}, { [EXTRA]: 'x' })).toBe(false);
  expect(same(AUTO, NO_AUTO, [] as never)).toBe(true);
});
