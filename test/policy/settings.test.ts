import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { type Defaults, referencesInScope, settingsOf } from '../../src/policy/settings.ts';
import { deployment } from '../kit/deployments.ts';

describe('settings', () => {
  const defaults: Defaults = { secrets: false, ignore: [], rollOn: OPERATIONS };
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

  test('one malformed annotation leaves the others in force', () => {
    const settings = settingsOf({ 'lockstep.dev/ignore': 'x', 'lockstep.dev/roll-on': 'update' }, defaults);
    expect(settings.ignore).toEqual([]);
    expect(settings.rollOn).toEqual(['update']);
    expect(settings.problems.map(({ part }) => part)).toEqual(['x']);
  });
});
