import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isCopyOfPin,
  namedCopies,
  parsePinned,
  pinnable,
  pinnedSources,
  printPinned,
} from '../../src/copies/pins.ts';
import { configState, v1 } from '../../src/digest/format.ts';
import { sealOf } from '../../src/digest/seal.ts';
import { referencesInScope } from '../../src/policy/in-scope.ts';
import { type Defaults, settingsOf } from '../../src/policy/settings.ts';
import { type SourceRef, sourceId } from '../../src/references/sources.ts';
import { usages } from '../../src/references/usage.ts';
import type { Container, PodTemplate, Volume } from '../../src/workloads/pod-template.ts';

const key = (name: string, of: string, optional = false): Container => ({
  env: [{ valueFrom: { configMapKeyRef: { name, key: of, optional } } }],
});
const all = (name: string, optional = false): Container => ({
  envFrom: [{ configMapRef: { name, optional } }],
});
const template = (containers: Container[], volumes: Volume[] = []): PodTemplate => ({
  spec: { containers, volumes },
});

const defaults: Defaults = { secrets: true, include: true, ignore: [], rollOn: ['update'] };
interface Given {
  ignore?: string;
  include?: string;
  /** Id -> digest. Used sources that are not named here exist, too. */
  digests?: Record<string, string | undefined>;
}

/** The ids of the sources that are pinned, and the reasons for the others. */
function pinnedIds(of: PodTemplate, { ignore, include, digests = {} }: Given = {}) {
  const annotations = {
    ...(ignore && { 'lockstep.dev/ignore': ignore }),
    ...(include && { 'lockstep.dev/include': include }),
  };
  const used = usages(referencesInScope(of, settingsOf(annotations, defaults)));
  const live = used.map(sourceId).flatMap((id): [string, string][] => {
    const digest = id in digests ? digests[id] : 'a'.repeat(64);
    return digest === undefined ? [] : [[id, digest]];
  });
  const state = configState(new Map(live), v1());
  const found = pinnable(of, used, state, (id) => id === 'configmap/stays');
  return [found.usages.map(sourceId), found.unpinned.map(({ id, why }) => `${id} ${why}`)];
}

describe('pinned sources', () => {
  test('are those that the template refers to, each once', () => {
    const secret: Volume = { name: 's', secret: { secretName: 'db' } };
    const of = template([all('app'), key('app', 'a'), key('b', 'x')], [secret]);
    expect(pinnedIds(of)).toEqual([['configmap/app', 'configmap/b', 'secret/db'], []]);
  });

  test('exclude a source that is only included, because the app reads it by itself', () => {
    const include = 'configmap/more, configmap/app';
    expect(pinnedIds(template([key('app', 'a')]), { include })).toEqual([['configmap/app'], []]);
  });

  test('exclude a source that is ignored as a whole: by the workload, by itself, or with every used key', () => {
    const of = template([all('app'), key('flags', 'debug')]);
    expect(pinnedIds(of, { ignore: 'configmap/flags' })).toEqual([['configmap/app'], []]);
    expect(pinnedIds(of, { ignore: 'configmap/flags#debug' })).toEqual([['configmap/app'], []]);
    expect(pinnedIds(of, { digests: { 'configmap/flags': undefined } })).toEqual([['configmap/app'], []]);
  });

  const items = (keys: string[]): Volume => ({
    name: 'v',
    configMap: { name: 'app', items: keys.map((of) => ({ key: of, path: of })) },
  });
  test.each<[string, PodTemplate]>([
    ['if all keys are used', template([all('app')])],
    ['among the items of a volume', template([], [items(['a', 'log.level'])])],
    ['that is used in one place, others in another', template([key('app', 'a'), key('app', 'log.level')])],
    ['that is used by its name, and all are elsewhere', template([key('app', 'log.level'), all('app')])],
    ['of a source that is included, too', template([all('app')])],
  ])('exclude a source with an ignored key: %s', (_name, of) => {
    const ignore = 'configmap/app#log.*';
    expect(pinnedIds(of, { ignore })).toEqual([[], ['configmap/app keys-ignored']]);
    expect(pinnedIds(of, { ignore, include: 'configmap/app' })).toEqual([[], ['configmap/app keys-ignored']]);
  });

  test('exclude a source that has to stay live, without a reason to warn of', () => {
    expect(pinnedIds(template([all('app'), all('stays')]))).toEqual([['configmap/app'], []]);
  });

  const besideToken = (...sources: NonNullable<NonNullable<Volume['projected']>['sources']>): Volume => ({
    name: 'access',
    projected: { sources: [{ serviceAccountToken: {} }, ...sources] },
  });
  const ca = (name: string, key = 'ca.crt') => ({ configMap: { name, items: [{ key, path: key }] } });

  test('exclude the CA beside a ServiceAccount’s token, but not what else is there', () => {
    const access = besideToken(ca('kube-root-ca.crt'), ca('openshift-service-ca.crt', 'service-ca.crt'));
    expect(pinnedIds(template([all('app')], [access]))).toEqual([['configmap/app'], []]);
    const own = besideToken(ca('mine'), ca('app', 'a'), { configMap: { name: 'b' } });
    expect(pinnedIds(template([], [own]))).toEqual([['configmap/app', 'configmap/b'], []]);
    const withoutToken: Volume = { name: 'v', projected: { sources: [ca('mine')] } };
    expect(pinnedIds(template([], [withoutToken]))).toEqual([['configmap/mine'], []]);
  });

  test('include such a CA if the template also uses it elsewhere', () => {
    expect(pinnedIds(template([key('mine', 'a')], [besideToken(ca('mine'))]))).toEqual([
      ['configmap/mine'],
      [],
    ]);
  });

  test('include a source if its ignored keys are not used', () => {
    const ignore = 'configmap/app#log.*';
    expect(pinnedIds(template([key('app', 'a')]), { ignore })).toEqual([['configmap/app'], []]);
    expect(pinnedIds(template([], [items(['a'])]), { ignore })).toEqual([['configmap/app'], []]);
  });

  test('exclude an absent source that is required, and include an absent optional one', () => {
    const digests = { 'configmap/app': 'absent' };
    const [optional, required] = [all('app', true), key('app', 'a')];
    expect(pinnedIds(template([optional]), { digests })).toEqual([['configmap/app'], []]);
    expect(pinnedIds(template([required]), { digests })).toEqual([[], ['configmap/app absent']]);
    expect(pinnedIds(template([optional, required]), { digests })).toEqual([[], ['configmap/app absent']]);
    const ignore = 'configmap/app#z';
    expect(pinnedIds(template([optional]), { digests, ignore })).toEqual([
      [],
      ['configmap/app keys-ignored'],
    ]);
  });

  test.each(['App', 'a, secret/db', 'a_b', 'a/b', '-a', 'n'.repeat(254)])(
    'exclude a source with an impossible name, which would break the list of the others: %j',
    (name) => {
      const broken: Volume = { name: 'v', configMap: { name, optional: true } };
      const of = template([all('app')], [broken]);
      expect(pinnedIds(of, { digests: { [`configmap/${name}`]: 'absent' } })).toEqual([
        ['configmap/app'],
        [],
      ]);
    },
  );
});

const DIGEST = 'd'.repeat(64);

describe('the annotation', () => {
  const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,10}[a-z0-9])?$/);
  const source = fc.record({ kind: fc.constantFrom('configmap' as const, 'secret' as const), name });
  const rest = { data: [], binaryData: [], except: [], required: true };
  const pinOf = (of: SourceRef, digest: string) => ({ usage: { ...of, ...rest }, digest });

  test('is read as it was printed', () => {
    expect(printPinned([])).toBeUndefined();
    fc.assert(
      fc.property(fc.array(source, { minLength: 1 }), (sources) => {
        const text = printPinned(sources.map((of) => pinOf(of, DIGEST)));
        expect(parsePinned(text)).toEqual(sources.map((of) => ({ ...of, seal: sealOf(DIGEST) })));
      }),
    );
    const two = [
      pinOf({ kind: 'configmap', name: 'app' }, 'absent'),
      pinOf({ kind: 'secret', name: 'db' }, DIGEST),
    ];
    expect(printPinned(two)).toBe(`configmap/app, secret/db#${sealOf(DIGEST)}`);
  });

  test.each([undefined, '', 'app', 'configmap/*', 'configmap/app, pod/x'])('names nothing: %j', (text) => {
    expect(parsePinned(text)).toEqual([]);
  });
});

describe('the copies in marks', () => {
  const sources = '{"configmap/app":"0123456789abcdef","configmap/none":"absent"}';
  const SEAL = 'f'.repeat(32);
  const marks = { pinned: `configmap/app#${SEAL}, configmap/none, configmap/other`, sources };

  test('are one for each pinned source at its digest, which is unknown if the record lacks the source', () => {
    expect(pinnedSources(marks)).toEqual([
      { kind: 'configmap', name: 'app', seal: SEAL, shortDigest: '0123456789abcdef' },
      { kind: 'configmap', name: 'none', seal: undefined, shortDigest: 'absent' },
      { kind: 'configmap', name: 'other', seal: undefined, shortDigest: undefined },
    ]);
  });

  test('mean the copy whose full digest has their seal, or any with their short digest if they have none', () => {
    const named = { kind: 'configmap', name: 'app', shortDigest: 'd'.repeat(16) } as const;
    const pin = {
      usage: { kind: 'configmap', name: 'app', data: [], binaryData: [], except: [], required: true },
      digest: DIGEST,
    } as const;
    const twin = { ...pin, digest: `${'d'.repeat(63)}e` };
    const sealed = { ...named, seal: sealOf(DIGEST) };
    expect([isCopyOfPin(named, pin), isCopyOfPin(named, twin)]).toEqual([true, true]);
    expect([isCopyOfPin(sealed, pin), isCopyOfPin(sealed, twin)]).toEqual([true, false]);
    expect(isCopyOfPin({ ...named, shortDigest: 'e'.repeat(16) }, pin)).toBe(false);
  });

  test('have a name for each source that was not absent', () => {
    expect(namedCopies(marks).map(({ name }) => name)).toEqual(['app', 'other']);
    expect(namedCopies({ pinned: undefined, sources })).toEqual([]);
  });
});
