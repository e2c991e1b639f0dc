import { describe, expect, test } from 'vitest';
import { referencesInScope } from '../../src/policy/in-scope.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { type Defaults, settingsOf } from '../../src/policy/settings.ts';
import { printSourceList } from '../../src/references/source-list.ts';
import { deployment } from '../kit/deployments.ts';

describe('settings', () => {
  const defaults: Defaults = { secrets: false, include: true, ignore: [], rollOn: OPERATIONS };
  const ids = (annotations: Record<string, string>, over: Partial<Defaults> = {}) => {
    const settings = settingsOf(annotations, { ...defaults, ...over });
    const { template } = deployment({}).spec;
    return referencesInScope(template, settings).map(({ kind, name }) => `${kind}/${name}`);
  };

  test('ignore takes precedence over include, and the cluster’s setting over the workload’s', () => {
    const both = { 'lockstep.dev/ignore': 'configmap/more', 'lockstep.dev/include': 'configmap/more' };
    expect(ids(both)).toEqual(['configmap/app']);
    const ignore = [{ kind: 'configmap', name: '*', key: undefined } as const];
    expect(ids({ 'lockstep.dev/include': 'configmap/more' }, { ignore })).toEqual([]);
  });

  test('only: with a pattern for keys, or malformed, all of it does not count, and so all references do', () => {
    const problems = (text: string) => {
      const annotations = { 'lockstep.dev/only': text };
      expect(ids(annotations)).toEqual(['configmap/app']);
      return settingsOf(annotations, defaults).problems;
    };
    expect(problems('configmap/other, configmap/app#log.*')).toEqual([
      {
        annotation: 'lockstep.dev/only',
        part: 'configmap/app#log.*',
        why: 'is a pattern for keys: name each key in full',
      },
    ]);
    expect(problems('configmap/other, app')).toEqual([expect.objectContaining({ part: 'app' })]);
    expect(problems('')).toEqual([expect.objectContaining({ why: 'names nothing' })]);
  });

  test('an included Secret counts only if Secrets do, and is otherwise named', () => {
    const annotations = { 'lockstep.dev/include': 'secret/db, configmap/more' };
    expect(ids(annotations)).toEqual(['configmap/app', 'configmap/more']);
    expect(ids(annotations, { secrets: true })).toEqual(['configmap/app', 'secret/db', 'configmap/more']);
    expect(settingsOf(annotations, defaults).problems).toEqual([
      {
        annotation: 'lockstep.dev/include',
        part: 'secret/db',
        why: 'is a Secret, and Secrets are switched off in this cluster',
      },
    ]);
  });

  test('include counts only if it is switched on, and each source that it names is reported otherwise', () => {
    const annotations = { 'lockstep.dev/include': 'secret/db, configmap/more#a' };
    const off = { include: false, secrets: true };
    expect(ids(annotations, off)).toEqual(['configmap/app']);
    const { problems, formerly } = settingsOf(annotations, { ...defaults, ...off });
    expect(problems).toEqual(
      ['secret/db', 'configmap/more#a'].map((part) => ({
        annotation: 'lockstep.dev/include',
        part,
        why: 'is included, but lockstep.dev/include is switched off in this cluster',
      })),
    );
    expect(formerly.included.map(({ name }) => name)).toEqual(['db', 'more']);
    expect(settingsOf(annotations, defaults).formerly.included).toEqual([]);
  });

  test('a pattern for keys of Secrets counts only for the whole cluster; names may be patterns', () => {
    const counting = ['secret/*', 'secret/d*#ca.crt', 'secret/db#a', 'configmap/app#log.*'];
    const uncounted = ['secret/db#pre*', 'secret/*#*'];
    const annotations = { 'lockstep.dev/ignore': [...counting, ...uncounted].join(' ') };
    const { ignore, problems, formerly } = settingsOf(annotations, { ...defaults, secrets: true });
    expect(printSourceList(ignore)).toBe(counting.join(', '));
    expect(printSourceList(formerly.ignored)).toBe(uncounted.join(', '));
    expect(problems).toEqual(
      uncounted.map((part) => ({
        annotation: 'lockstep.dev/ignore',
        part,
        why: 'is a pattern for keys of a Secret: name each key in full',
      })),
    );
    const ofCluster = [{ kind: 'secret', name: 'db', key: 'pre*' } as const];
    expect(settingsOf({}, { ...defaults, ignore: ofCluster }).ignore).toEqual(ofCluster);
  });

  test.each(['lockstep.dev/ignore', 'lockstep.dev/only', 'lockstep.dev/include'])(
    '%s lists 100 entries at most, each counted once',
    (name) => {
      const listOf = (count: number) =>
        Array.from({ length: count }, (_, i) => `configmap/c${i % 101}`).join(' ');
      expect(() => settingsOf({ [name]: listOf(101) }, defaults)).toThrow(
        expect.objectContaining({
          code: 'WORKLOAD_TOO_LARGE',
          message: expect.stringContaining(`its annotation ${name} lists more than 100 entries`),
        }),
      );
      const {
        ignore,
        only = [],
        include,
      } = settingsOf({ [name]: `${listOf(100)} ${listOf(100)}` }, defaults);
      expect([...ignore, ...only, ...include]).toHaveLength(100);
    },
  );

  test('the cluster may ignore any number', () => {
    const ignore = Array.from(
      { length: 5_000 },
      (_, i) => ({ kind: 'configmap', name: `c${i}`, key: undefined }) as const,
    );
    expect(ids({ 'lockstep.dev/ignore': 'configmap/x' }, { ignore })).toEqual(['configmap/app']);
  });

  test('one malformed annotation leaves the others in force', () => {
    const settings = settingsOf({ 'lockstep.dev/ignore': 'x', 'lockstep.dev/roll-on': 'update' }, defaults);
    expect(settings.ignore).toEqual([]);
    expect(settings.rollOn).toEqual(['update']);
    expect(settings.problems.map(({ part }) => part)).toEqual(['x']);
  });
});
