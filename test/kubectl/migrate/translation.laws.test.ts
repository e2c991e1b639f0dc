import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Setting } from '../../../src/kubectl/migrate/setting.ts';
import { translationOf } from '../../../src/kubectl/migrate/translation.ts';
import { changedWorkload } from '../../../src/kubectl/migrate/words.ts';
import { PEERS, type Peer } from '../../../src/marks/peers.ts';
import { injectSwitch, workloadSettings } from '../../../src/policy/compat.ts';
import { referencesInScope } from '../../../src/policy/in-scope.ts';
import { CALLS, OPERATIONS } from '../../../src/policy/roll-on.ts';
import type { Defaults } from '../../../src/policy/settings.ts';
import { parseSourceList } from '../../../src/references/source-list.ts';
import { sourceId } from '../../../src/references/sources.ts';
import { usages } from '../../../src/references/usage.ts';
import type { Workload } from '../../../src/workloads/workload.ts';
import { viewOf } from '../../kit/deployments.ts';

/** Names that the template refers to, others, patterns, expressions, and what names nothing. */
const NAMES = [
  'app',
  'flags',
  'db',
  'other',
  'app-.*',
  'a.*',
  '.*',
  'x+',
  '(a|b)',
  'UPPER',
  'shop/app',
  'far/app',
  '',
];
const names = fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }).map((list) => list.join(','));
const plainNames = fc
  .subarray(['app', 'flags', 'db', 'other'], { minLength: 1 })
  .map((list) => list.join(', '));
const bool = fc.constantFrom('true', 'false', 'T', '0', 'maybe', '');

/** Annotations of both peers: any of them, each with any value. */
const peers = fc.record(
  {
    'reloader.stakater.com/auto': bool,
    'reloader.stakater.com/search': bool,
    'configmap.reloader.stakater.com/auto': bool,
    'secret.reloader.stakater.com/auto': bool,
    'configmap.reloader.stakater.com/reload': fc.oneof(plainNames, names),
    'secret.reloader.stakater.com/reload': fc.oneof(plainNames, names),
    'configmaps.exclude.reloader.stakater.com/reload': names,
    'secrets.exclude.reloader.stakater.com/reload': names,
    'reloader.stakater.com/rollout-strategy': fc.constantFrom('rollout', 'restart'),
    'deployment.reloader.stakater.com/pause-period': fc.constant('5m'),
    'secretproviderclass.reloader.stakater.com/auto': bool,
    'wave.pusher.com/update-on-config-change': bool,
    'wave.pusher.com/extra-configmaps': fc.oneof(plainNames, names),
    'wave.pusher.com/extra-secrets': fc.oneof(plainNames, names),
  },
  { requiredKeys: [] },
);

const own = fc.record(
  {
    'lockstep.dev/only': fc.constantFrom('configmap/app', 'secret/*', 'configmap/*, secret/*', 'wrong'),
    'lockstep.dev/include': fc.constantFrom('configmap/other', 'wrong'),
    'lockstep.dev/ignore': fc.constantFrom('configmap/app', 'configmap/flags#x', 'wrong'),
    'lockstep.dev/roll-on': fc.constantFrom('create', 'update,edit', 'wrong'),
    'lockstep.dev/settle': fc.constantFrom('5s', 'wrong'),
  },
  { requiredKeys: [] },
);

const SOURCES = [
  { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'app', key: 'a' } } }] },
  { envFrom: [{ configMapRef: { name: 'flags' } }] },
  { envFrom: [{ secretRef: { name: 'db' } }] },
];

const text = (texts: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const often = <T, U>(arbitrary: fc.Arbitrary<T>, otherwise: U) =>
  fc.oneof<fc.WeightedArbitrary<T | U>[]>(
    { weight: 3, arbitrary: fc.constant(otherwise) },
    { weight: 1, arbitrary },
  );

const workload = fc
  .record({
    peers,
    own: often(own, {}),
    template: often(peers, {}),
    label: often(fc.constantFrom('enabled', 'disabled', 'wrong'), ''),
    sources: fc.subarray(SOURCES),
  })
  .map(({ label, sources, template, ...of }) =>
    viewOf({
      metadata: {
        name: 'web',
        annotations: { ...text(of.peers), ...text(of.own) },
        labels: label === '' ? {} : { 'lockstep.dev/inject': label },
      },
      spec: {
        replicas: 1,
        template: {
          metadata: { annotations: { ...text(template), note: '1' } },
          spec: { containers: sources.map((source, i) => ({ name: `c${i}`, ...source })) },
        },
      },
    }),
  );

const list = (given: string) => {
  const parsed = parseSourceList(given, { patterns: true });
  return parsed.kind === 'list' ? parsed.entries : [];
};

const defaults: fc.Arbitrary<Defaults> = fc
  .record({
    secrets: fc.boolean(),
    include: fc.boolean(),
    edit: often(fc.boolean(), true),
    rollOn: fc.constantFrom(CALLS, OPERATIONS, ['create'] as const),
    ignore: often(fc.constantFrom('configmap/app', 'secret/*', 'configmap/flags#x'), '').map((given) =>
      given === '' ? [] : list(given),
    ),
    compat: fc.constantFrom([], PEERS),
  })
  .map((each) => ({ ...each, rollOn: each.rollOn.filter((on) => on !== 'edit' || each.edit) }));

const setting: fc.Arbitrary<Setting> = fc
  .record({
    defaults,
    injectDefault: fc.constantFrom('enabled', 'disabled'),
    labels: often(
      fc.constantFrom({ 'lockstep.dev/inject': 'disabled' }, { 'lockstep.dev/mode': 'observe' }),
      {},
    ),
    excluded: often(fc.constant(['shop']), []),
    ofSource: often(
      fc.constantFrom({ 'lockstep.dev/ignore': 'true' }, { 'reloader.stakater.com/ignore': 'true' }),
      {},
    ),
  })
  .map(({ defaults: of, injectDefault, labels, excluded, ofSource }) => ({
    defaults: of,
    injectDefault,
    scope: { excluded, only: [] },
    mode: 'enforce',
    labelsOf: () => ({ ...labels }),
    annotationsOfSource: () => ({ ...ofSource }),
  }));

/** What lockstep itself does with a workload, by its own code: whether it acts, what counts, and when it rolls. */
function policyOf(of: Workload, given: Defaults) {
  const { says } = injectSwitch(of, given.compat);
  if (says === 'disabled') return { says };
  const settings = workloadSettings(of, given);
  return {
    says: says === 'enabled' ? says : 'nothing',
    usages: usages(referencesInScope(of.template, settings)),
    rollOn: settings.rollOn,
    settleMs: settings.settleMs,
  };
}

/** What would count if the template referred to other sources, too: the next release may. */
function withMore(of: Workload, more: readonly object[]): Workload {
  const { spec } = of.template;
  const containers = [
    ...(spec?.containers ?? []),
    ...more.map((source, i) => ({ name: `m${i}`, ...source })),
  ];
  return { ...of, template: { ...of.template, spec: { ...spec, containers } } };
}

const RUNS = { numRuns: 2000 };
const peer = fc.constantFrom<Peer>(...PEERS);
const translatedOf = (of: Peer, before: Workload, given: Setting) => {
  const { blocked, removed, removedOfTemplate, labels, annotations } = translationOf(of, before, given);
  const words = { labels, annotations, removed, removedOfTemplate };
  return { blocked, words, after: changedWorkload(before, words) };
};

test('whatever is translated, lockstep does the same without compat, and with it, at every step', () => {
  fc.assert(
    fc.property(peer, workload, setting, (of, before, given) => {
      const { words, after } = translatedOf(of, before, given);
      if (words.removed.length + words.removedOfTemplate.length === 0) return;
      const wanted = policyOf(before, { ...given.defaults, compat: PEERS });
      for (const compat of [[], PEERS]) {
        expect(policyOf(after, { ...given.defaults, compat })).toEqual(wanted);
        const onlyTheWorkload = changedWorkload(before, { ...words, removedOfTemplate: [] });
        expect(policyOf(onlyTheWorkload, { ...given.defaults, compat })).toEqual(wanted);
      }
    }),
    RUNS,
  );
});

test('… also when the cluster’s owner switches Secrets on or off, and when the template refers to more', () => {
  fc.assert(
    fc.property(
      peer,
      workload,
      setting,
      fc.boolean(),
      fc.subarray(SOURCES),
      (of, web, given, secrets, more) => {
        const { words } = translatedOf(of, web, given);
        if (words.removed.length + words.removedOfTemplate.length === 0) return;
        const grown = withMore(web, more);
        // What was further configuration and is referred to now counts with all its keys: more, and never less.
        const idsOf = (each: Workload, compat: readonly Peer[]) =>
          usages(
            referencesInScope(
              each.template,
              workloadSettings(each, { ...given.defaults, include: true, secrets, compat }),
            ),
          ).map(sourceId);
        const [before, after] = [idsOf(grown, PEERS), idsOf(changedWorkload(grown, words), [])];
        const included = list(words.annotations['lockstep.dev/include'] ?? '').map(sourceId);
        expect(after).toEqual(expect.arrayContaining(before));
        expect([...before, ...included]).toEqual(expect.arrayContaining(after));
      },
    ),
    RUNS,
  );
});

test('whatever is removed, lockstep restarts for all that the peers restart for: nothing is lost', () => {
  fc.assert(
    fc.property(peer, workload, setting, (of, before, given) => {
      const { words, after } = translatedOf(of, before, given);
      if (words.removed.length + words.removedOfTemplate.length === 0) return;
      const all = { ...given.defaults, secrets: true, include: true, ignore: [], compat: PEERS };
      const asked = workloadSettings(before, all);
      if (asked.peers.inject !== 'enabled' || injectSwitch(before, PEERS).says === 'disabled') return;
      const labels = given.labelsOf('shop');
      const now = policyOf(after, { ...given.defaults, compat: [] });
      expect({
        labels,
        excluded: given.scope.excluded,
        edit: given.defaults.edit,
        says: now.says,
      }).toEqual({ labels: {}, excluded: [], edit: true, says: 'enabled' });
      expect(now.rollOn).toContain('edit');
      // Reloader does not restart for it either.
      if (of === 'reloader' && given.annotationsOfSource('shop', '')?.['reloader.stakater.com/ignore'])
        return;
      expect(now.usages).toEqual(usages(referencesInScope(before.template, asked)));
    }),
    RUNS,
  );
});

test('what is blocked is left alone, and something is always translated or told', () => {
  const seen = { blocked: 0, translated: 0 };
  fc.assert(
    fc.property(peer, workload, setting, (of, before, given) => {
      const { blocked, words, after } = translatedOf(of, before, given);
      seen[blocked.length > 0 ? 'blocked' : 'translated']++;
      if (blocked.length === 0) return;
      expect(words).toEqual({ labels: {}, annotations: {}, removed: [], removedOfTemplate: [] });
      expect(after.metadata).toEqual(before.metadata);
    }),
    RUNS,
  );
  // The laws above are about many workloads, and not about none.
  expect(seen.translated).toBeGreaterThan(200);
  expect(seen.blocked).toBeGreaterThan(200);
});
