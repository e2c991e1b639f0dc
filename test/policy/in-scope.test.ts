import { describe, expect, test } from 'vitest';
import { referencesFormerlyInScope, referencesInScope } from '../../src/policy/in-scope.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { settingsOf } from '../../src/policy/settings.ts';
import { sourceId } from '../../src/references/sources.ts';
import { deployment } from '../kit/deployments.ts';

const { template } = deployment({}).spec;
const settingsWith = (annotations: Record<string, string>, include = true) =>
  settingsOf(annotations, { secrets: true, include, ignore: [], rollOn: OPERATIONS });

describe('of the references of a template', () => {
  const ids = (annotations: Record<string, string>) =>
    referencesInScope(template, settingsWith(annotations)).map(sourceId);
  const only = (text: string) => ({ 'lockstep.dev/only': text });

  test('nothing counts that lockstep.dev/only does not name', () => {
    expect(ids({})).toEqual(['configmap/app']);
    expect(ids(only('configmap/other'))).toEqual([]);
    expect(ids(only('configmap/a*'))).toEqual(['configmap/app']);
  });

  test('an ignored one does not count, and an included one counts all the same', () => {
    expect(ids({ ...only('configmap/app'), 'lockstep.dev/ignore': 'configmap/app' })).toEqual([]);
    const include = { 'lockstep.dev/include': 'configmap/more' };
    expect(ids({ ...only('configmap/other'), ...include })).toEqual(['configmap/more']);
  });

  test('those that an annotation included before it was switched off may have counted', () => {
    const settings = settingsWith({ 'lockstep.dev/include': 'configmap/more' }, false);
    expect(referencesInScope(template, settings).map(sourceId)).toEqual(['configmap/app']);
    expect(referencesFormerlyInScope(template, settings).map(sourceId)).toEqual([
      'configmap/app',
      'configmap/more',
    ]);
  });
});
