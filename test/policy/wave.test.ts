import { expect, test } from 'vitest';
import { waveWish } from '../../src/policy/wave.ts';
import { NO_WISH } from '../../src/policy/wish.ts';
import { printSourceList } from '../../src/references/source-list.ts';

const UPDATE = { 'wave.pusher.com/update-on-config-change': 'true' };
const [MAPS, SECRETS] = ['wave.pusher.com/extra-configmaps', 'wave.pusher.com/extra-secrets'];
const ON = { secrets: true, include: true };
const problemsOf = (own: Record<string, string>, scope = ON) =>
  waveWish({ ...UPDATE, ...own }, 'shop', scope).problems.map(({ part, why }) => `${part} ${why}`);

test('Wave’s annotation asks for everything with exactly the text "true"; without it the others say nothing', () => {
  expect(waveWish(UPDATE, 'shop', ON)).toEqual({ ...NO_WISH, inject: 'enabled' });
  for (const own of [{}, { [Object.keys(UPDATE)[0] ?? '']: 'True' }])
    expect(waveWish({ ...own, [MAPS]: 'app' }, 'shop', ON)).toEqual(NO_WISH);
});

test('extra names count, with or without the own namespace', () => {
  const own = { ...UPDATE, [MAPS]: 'app, shop/flags', [SECRETS]: 'db' };
  const { extra, problems } = waveWish(own, 'shop', ON);
  expect(printSourceList(extra)).toBe('configmap/app, configmap/flags, secret/db');
  expect(problems).toEqual([]);
});

test('what cannot be followed is named, and the rest counts', () => {
  const own = { ...UPDATE, [MAPS]: 'app, other/app, a/b/c, X' };
  expect(printSourceList(waveWish(own, 'shop', ON).extra)).toBe('configmap/app');
  expect(problemsOf(own)).toEqual([
    'other/app is in another namespace, which lockstep does not read',
    'a/b/c does not name a ConfigMap or Secret',
    'X does not name a ConfigMap or Secret',
  ]);
});

test('nothing extra counts that is switched off in the cluster', () => {
  const own = { [MAPS]: 'app', [SECRETS]: 'db' };
  expect(problemsOf(own, { ...ON, secrets: false })).toEqual([
    'db is about Secrets, and Secrets are switched off in this cluster',
  ]);
  expect(problemsOf(own, { secrets: false, include: false })).toEqual([
    'app is further configuration, and lockstep.dev/include is switched off in this cluster',
    'db is further configuration, and lockstep.dev/include is switched off in this cluster',
  ]);
  expect(waveWish({ ...UPDATE, ...own }, 'shop', { secrets: true, include: false }).extra).toEqual([]);
});
