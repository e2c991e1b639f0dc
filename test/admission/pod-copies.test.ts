import { describe, expect, test } from 'vitest';
import { ownRevisionOf } from '../../src/admission/own-revision.ts';
import { copyRefsOf, resolveCopies as resolve } from '../../src/admission/pod-copies.ts';
import type { PodCall, PodDeps } from '../../src/admission/remake-copy.ts';
import { type CopyRef, copyName } from '../../src/copies/name.ts';
import { pinnedSources } from '../../src/copies/pins.ts';
import { shortDigest, v1 } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import { templateMarksOf } from '../../src/marks/marks.ts';
import { references } from '../../src/references/references.ts';
import type { Pod } from '../../src/workloads/pod.ts';
import type { ReplicaSet } from '../../src/workloads/replica-set.ts';
import { type FoundCopies, goodCopy, plainCopies } from '../kit/copies.ts';
import { ALL_OF_APP } from '../kit/deployments.ts';
import { COPY, OWNED, PINNED, podCall, podOf, replicaSetOf, SHORT, SPEC } from '../kit/pinned-pods.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const APP: CopyRef = { kind: 'configmap', name: 'app', shortDigest: SHORT };

async function resolveCopies(deps: PodDeps, call: PodCall, refs: readonly CopyRef[]) {
  const resolved = await resolve(deps, call, refs, ownRevisionOf(deps, call));
  if (resolved === 'observing') throw new Error('observing');
  return resolved;
}

/** The targets for the references to these sources, the failures, and the calls for them. */
async function resolveTargets(
  found: FoundCopies,
  { refs = [APP], dryRun = false, ...others }: FoundByReview & { refs?: CopyRef[]; dryRun?: boolean } = {},
) {
  const { copies, asked } = plainCopies(found);
  const { deps, asked: read } = reviewDeps({ replicaSet: replicaSetOf(), ...others });
  const resolved = await resolveCopies({ ...deps, copies }, podCall(dryRun), refs);
  return {
    isResolved: resolved !== undefined,
    targets: Object.fromEntries(resolved?.targets ?? []),
    failures: resolved?.failures.map(({ code }) => code) ?? [],
    asked,
    read,
  };
}

const copyRefsIn = (pod: Pod) =>
  copyRefsOf(pinnedSources(templateMarksOf(pod.metadata.annotations)), references(pod));

describe('the copies that a pod names', () => {
  test('are those in its annotations of sources that it refers to', () => {
    const pod = podOf({
      'lockstep.dev/pinned': 'configmap/app, configmap/other',
      'lockstep.dev/config-sources': `{"configmap/app":"${SHORT}","configmap/other":"${SHORT}"}`,
    });
    expect(copyRefsIn(pod)).toEqual([APP]);
  });

  test('are none if its annotations name none', () => {
    for (const annotations of [{}, { ...PINNED, 'lockstep.dev/config-sources': '{}' }]) {
      const pod = podOf(annotations);
      expect(copyRefsIn(pod)).toEqual([]);
    }
  });
});

describe('a copy that exists', () => {
  test('is used without a write if the pod’s ReplicaSet owns it', async () => {
    const { targets, asked, read } = await resolveTargets({ looks: { [COPY]: OWNED } });
    expect(targets).toEqual({ 'configmap/app': { name: COPY, holds: OWNED.note, standIns: false } });
    expect(asked).toEqual([`look ${COPY}`]);
    expect(read).toEqual([]);
  });

  test('first gets that ReplicaSet as an owner if only others own it', async () => {
    const { targets, asked } = await resolveTargets({
      looks: { [COPY]: goodCopy('configmap/app', ['other']) },
    });
    expect(targets).toHaveProperty(['configmap/app', 'name'], COPY);
    expect(asked).toEqual([`look ${COPY}`, `own ${COPY} uid-of-the-copy for ReplicaSet/web-1`]);
  });

  test('is looked for again if it is deleted before it gets the owner', async () => {
    const looks = {
      [COPY]: [goodCopy('configmap/app'), { state: 'unusable', flaw: { is: 'other-content' } }],
    } as const;
    const { failures, asked } = await resolveTargets({ looks, reserves: 'gone' });
    expect(failures).toEqual(['COPY_UNUSABLE']);
    expect(asked.filter((line) => line === `look ${COPY}`)).toHaveLength(2);
  });

  test('is not used if it is not what lockstep made', async () => {
    const unusable = { state: 'unusable', flaw: { is: 'mutable' } } as const;
    const { targets, failures } = await resolveTargets({ looks: { [COPY]: unusable } });
    expect([targets, failures]).toEqual([{}, ['COPY_UNUSABLE']]);
  });
});

test('failures have the order of the copies, whichever comes first', async () => {
  const other: CopyRef = { ...APP, name: 'other' };
  // It takes several reads to find that a copy is lost, and one to find that another is unusable.
  const looks = { [copyName('other', SHORT)]: { state: 'unusable', flaw: { is: 'other-content' } } } as const;
  const { failures } = await resolveTargets({ looks }, { refs: [APP, other] });
  expect(failures).toEqual(['COPY_LOST', 'COPY_UNUSABLE']);
});

describe.each<[string, ReplicaSet | undefined]>([
  ['does not exist', undefined],
  ['makes pods with other marks', replicaSetOf(SPEC, PINNED)],
])('a pod of a ReplicaSet that %s', (_why, own) => {
  test.each<[string, FoundCopies['looks']]>([
    ['is not an owner of it', { [COPY]: goodCopy('configmap/app', ['other']) }],
    ['makes it again', {}],
    ['reports it', { [COPY]: { state: 'unusable', flaw: { is: 'mutable' } } }],
  ])('writes nothing because of a copy, although a real one %s', async (_what, looks = {}) => {
    const { isResolved, asked, read } = await resolveTargets({ looks }, { replicaSet: own });
    expect(isResolved).toBe(false);
    expect(asked).toEqual([`look ${COPY}`]);
    expect(read).toEqual(['read replicasets shop/web-1']);
  });
});

test.each<[string, FoundCopies['looks']]>([
  ['gets no owner', { [COPY]: goodCopy('configmap/app', ['other']) }],
  ['is not made again', {}],
])('where lockstep only observes, a copy %s, whatever path the review came by', async (_what, looks = {}) => {
  const { copies, asked } = plainCopies({ looks });
  const { deps } = reviewDeps({
    replicaSet: replicaSetOf(),
    namespaceLabels: { 'lockstep.dev/pin': 'enabled', 'lockstep.dev/mode': 'observe' },
  });
  const call = podCall();
  const resolved = await resolve({ ...deps, copies }, call, [APP], ownRevisionOf(deps, call));
  expect(resolved).toBe('observing');
  expect(asked).toEqual([`look ${COPY}`]);
});

test('a ReplicaSet that cannot be read makes only those copies fail that need a write because of it', async () => {
  const other: CopyRef = { ...APP, name: 'other' };
  const { copies } = plainCopies({ looks: { [COPY]: OWNED } });
  const { deps } = reviewDeps();
  const revisions = { read: () => Promise.reject(new LockstepError('API_UNREACHABLE', 'x')) };
  const resolved = await resolveCopies({ ...deps, revisions, copies }, podCall(), [other, APP]);
  expect([...(resolved?.targets.keys() ?? [])]).toEqual(['configmap/app']);
  expect(resolved?.failures.map(({ code }) => code)).toEqual(['API_UNREACHABLE']);
});

describe('a copy that is missing', () => {
  const data = { a: '1' };
  const now: CopyRef = {
    ...APP,
    shortDigest: shortDigest(v1().sourceDigest('shop', ALL_OF_APP, { data, binaryData: {} })),
  };
  const NOW = `app-lockstep-${now.shortDigest}`;
  const there = {
    configMaps: { 'configmap/app': data },
    replicaSet: replicaSetOf(),
    namespaceLabels: { 'lockstep.dev/pin': 'enabled' },
  };

  test('is made again for the ReplicaSet, if the source still has the same content', async () => {
    const looks = { [NOW]: [{ state: 'missing' }, OWNED] } as const;
    const { targets, failures, asked } = await resolveTargets({ looks }, { refs: [now], ...there });
    expect([targets, failures]).toEqual([
      { 'configmap/app': { name: NOW, holds: OWNED.note, standIns: false } },
      [],
    ]);
    expect(asked).toEqual([
      `look ${NOW}`,
      expect.stringMatching(/^make configmap\/app [0-9a-f]{8} for ReplicaSet\/web-1$/),
      `look ${NOW}`,
    ]);
  });

  test.each<[string, CopyRef, FoundByReview, FoundCopies]>([
    ['its source holds something else', APP, there, {}],
    ['its source is gone', now, { replicaSet: replicaSetOf() }, {}],
    ['its source moves meanwhile', now, there, { makes: ['moved'] }],
    ['it goes again', now, there, {}],
    ['the template refers to no such source', now, { ...there, replicaSet: replicaSetOf({}) }, {}],
  ])('is lost: %s', async (_why, ref, others, found) => {
    const { targets, failures } = await resolveTargets(found, { refs: [ref], ...others });
    expect([targets, failures]).toEqual([{}, ['COPY_LOST']]);
  });

  test('cannot be compared with its source if the key of its digest is lost', async () => {
    const ref = { ...now, shortDigest: `01234567-${SHORT}` };
    const { targets, failures } = await resolveTargets({}, { refs: [ref], ...there });
    expect([targets, failures]).toEqual([{}, ['COPY_UNUSABLE']]);
  });
});

test('the ReplicaSet is read once for all copies that are missing', async () => {
  const refs = Array.from({ length: 50 }, (_, i): CopyRef => ({ ...APP, name: `c${i}` }));
  const { copies } = plainCopies();
  const { deps, asked } = reviewDeps({ replicaSet: replicaSetOf() });
  const resolved = await resolveCopies({ ...deps, copies }, podCall(), refs);
  expect(resolved?.failures).toHaveLength(50);
  expect(asked.filter((line) => line.startsWith('read'))).toEqual(['read replicasets shop/web-1']);
});

test('the copy of an absent source is never made, so lockstep does not look for it', async () => {
  const { targets, asked } = await resolveTargets({}, { refs: [{ ...APP, shortDigest: 'absent' }] });
  expect(targets).toEqual({ 'configmap/app': { name: 'app-lockstep-absent_', holds: 'none' } });
  expect(asked).toEqual([]);
});

test('on a dry run no copy has to exist', async () => {
  const { targets, asked } = await resolveTargets({}, { dryRun: true });
  expect(targets).toEqual({ 'configmap/app': { name: COPY, holds: { data: 'all', binaryData: 'all' } } });
  expect(asked).toEqual([]);
});

test('a failure of one copy does not affect the others; a bug is not a failure', async () => {
  const more: CopyRef = { ...APP, name: 'more' };
  const found = { looks: { [COPY]: OWNED } };
  const { targets, failures } = await resolveTargets(found, { refs: [more, APP] });
  expect([Object.keys(targets), failures]).toEqual([['configmap/app'], ['COPY_LOST']]);
  const { copies } = plainCopies();
  const broken = { ...copies, look: () => Promise.reject(new TypeError('x')) };
  const { deps } = reviewDeps({ replicaSet: replicaSetOf(SPEC) });
  await expect(resolveCopies({ ...deps, copies: broken }, podCall(), [APP])).rejects.toThrow(TypeError);
});
