import { describe, expect, test } from 'vitest';
import { reloaderWish } from '../../src/policy/reloader.ts';
import { NO_WISH } from '../../src/policy/wish.ts';
import { printSourceList } from '../../src/references/source-list.ts';

const AUTO = 'reloader.stakater.com/auto';
const SEARCH = 'reloader.stakater.com/search';
const [CM_AUTO, CM_RELOAD] = [
  'configmap.reloader.stakater.com/auto',
  'configmap.reloader.stakater.com/reload',
];
const [S_AUTO, S_RELOAD] = ['secret.reloader.stakater.com/auto', 'secret.reloader.stakater.com/reload'];
const ON = { secrets: true, include: true };

type Annotations = Record<string, string>;
function wish(own: Annotations, ofTemplate: Annotations = {}, scope = ON) {
  const { inject, only, extra, ...rest } = reloaderWish(own, ofTemplate, scope);
  return { inject, only: only && printSourceList(only), extra: printSourceList(extra), ...rest };
}

describe('of Reloader’s annotations', () => {
  test('none asks for nothing', () => {
    expect(reloaderWish({ note: '1' }, {}, ON)).toEqual(NO_WISH);
  });

  test.each<[string, Annotations, string, string | undefined]>([
    ['auto asks for everything', { [AUTO]: 'true' }, 'enabled', undefined],
    ['auto is read as Go reads it', { [AUTO]: 'T' }, 'enabled', undefined],
    ['auto "false" forbids it', { [AUTO]: 'false' }, 'disabled', undefined],
    ['auto of one kind asks for that kind alone', { [CM_AUTO]: 'true' }, 'enabled', 'configmap/*'],
    ['auto of a kind wins over auto "false"', { [AUTO]: 'false', [S_AUTO]: 'true' }, 'enabled', 'secret/*'],
    ['auto "false" of one kind leaves that kind out', { [CM_AUTO]: 'false' }, 'nothing', 'secret/*'],
    ['auto "false" of both kinds forbids it', { [CM_AUTO]: 'false', [S_AUTO]: '0' }, 'disabled', undefined],
    ['reload names the only sources', { [CM_RELOAD]: 'a, b' }, 'enabled', 'configmap/a, configmap/b'],
    ['reload of both kinds', { [CM_RELOAD]: 'a', [S_RELOAD]: 'db' }, 'enabled', 'configmap/a, secret/db'],
    ['auto wins over reload', { [AUTO]: 'true', [CM_RELOAD]: 'a' }, 'enabled', undefined],
    ['reload wins over auto "false"', { [AUTO]: 'false', [CM_RELOAD]: 'a' }, 'enabled', 'configmap/a'],
    ['.* of a name is a *', { [CM_RELOAD]: 'app-.*' }, 'enabled', 'configmap/app-*'],
    ['an empty reload asks for nothing', { [CM_RELOAD]: '' }, 'nothing', undefined],
  ])('%s', (_what, own, inject, only) => {
    expect(wish(own)).toMatchObject({ inject, only, ifMarked: [], problems: [] });
  });

  test('search asks for marked sources, beside those that reload names; auto wins over it', () => {
    expect(wish({ [SEARCH]: 'true' })).toMatchObject({
      inject: 'enabled',
      only: '',
      ifMarked: ['configmap', 'secret'],
    });
    expect(wish({ [SEARCH]: 'true', [CM_RELOAD]: 'a', [S_AUTO]: 'true' })).toMatchObject({
      only: 'configmap/a, secret/*',
      ifMarked: ['configmap'],
    });
    expect(wish({ [SEARCH]: 'yes' }).inject).toBe('nothing');
  });

  test('those of the template count if the workload has none, kind by kind', () => {
    expect(wish({}, { [AUTO]: 'true' }).inject).toBe('enabled');
    expect(wish({ [AUTO]: 'false' }, { [AUTO]: 'true' }).inject).toBe('disabled');
    expect(wish({ [CM_RELOAD]: 'a' }, { [AUTO]: 'true' }).only).toBe('configmap/a, secret/*');
  });

  test('names count although the template does not refer to them, unless that is switched off', () => {
    const own = { [CM_RELOAD]: 'a,b.*', [S_RELOAD]: 'db' };
    expect(wish(own).extra).toBe('configmap/a, secret/db');
    expect(wish(own, {}, { ...ON, include: false }).extra).toBe('');
  });

  test('exclude ignores names, and no expressions', () => {
    const own = {
      'configmaps.exclude.reloader.stakater.com/reload': 'a, b.*',
      'secrets.exclude.reloader.stakater.com/reload': 'db',
    };
    expect(printSourceList(wish(own).ignore)).toBe('configmap/a, secret/db');
    expect(wish({}, own).ignore).toEqual([]);
  });
});

describe('what cannot be followed', () => {
  test('an expression is named, and all sources of the kind count', () => {
    for (const part of ['app-(a|b)', 'app*', 'a+', '[a-z]', 'App'])
      expect(wish({ [CM_RELOAD]: `x, ${part}` })).toMatchObject({
        inject: 'enabled',
        only: 'configmap/*',
        problems: [{ annotation: CM_RELOAD, part }],
      });
  });

  test.each<[Annotations, number]>([
    [{ 'reloader.stakater.com/rollout-strategy': 'restart' }, 1],
    [{ 'reloader.stakater.com/rollout-strategy': 'rollout' }, 0],
    [{ 'deployment.reloader.stakater.com/pause-period': '5m' }, 1],
    [{ 'secretproviderclass.reloader.stakater.com/auto': 'true' }, 1],
    [{ 'secretproviderclass.reloader.stakater.com/reload': 'vault' }, 1],
    [{ [AUTO]: 'yes' }, 1],
  ])('%j is named %i times', (own, count) => {
    const { problems } = wish(own);
    expect(problems.map(({ annotation }) => annotation)).toEqual(Object.keys(own).slice(0, count));
  });

  test('Secrets, while they are switched off', () => {
    const off = { ...ON, secrets: false };
    const own = { [S_AUTO]: 'true', [S_RELOAD]: 'db' };
    expect(wish(own, {}, off).problems.map(({ annotation }) => annotation)).toEqual([S_AUTO, S_RELOAD]);
    expect(wish({ [AUTO]: 'true', [S_AUTO]: 'false' }, {}, off).problems).toEqual([]);
    expect(wish(own).problems).toEqual([]);
  });
});
