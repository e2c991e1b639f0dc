import { describe, expect, test } from 'vitest';
import { scopeBefore, scopeOf } from '../../src/in-step/scope.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import type { Defaults } from '../../src/policy/settings.ts';
import { sourceId } from '../../src/references/sources.ts';
import { deployment, viewOf } from '../kit/deployments.ts';

const defaults: Defaults = { secrets: true, include: true, ignore: [], rollOn: OPERATIONS };
const viewWith = (annotations: Record<string, string>) => viewOf(deployment({ annotations }));

/** What counted before a call that changes the annotations, and what counts now. */
function scopes(annotationsBefore: Record<string, string>, annotations: Record<string, string>) {
  const [before, workload] = [viewWith(annotationsBefore), viewWith(annotations)];
  const now = scopeOf({ defaults }, workload);
  return { now, earlier: scopeBefore({ defaults }, { workload, before }, now) };
}

describe('what counted before a call', () => {
  test('is what counts now, if no annotation that says so changes', () => {
    const { now, earlier } = scopes({ note: '1' }, { note: '2' });
    expect(earlier).toBe(now);
    expect(scopeBefore({ defaults }, { workload: viewWith({}), before: undefined }, now)).toBe(now);
  });

  test.each(['lockstep.dev/ignore', 'lockstep.dev/only', 'lockstep.dev/include'])(
    'follows the earlier text of %s',
    (name) => {
      const { now, earlier } = scopes({ [name]: 'configmap/app#a' }, { [name]: 'configmap/app#b' });
      expect(earlier).not.toBe(now);
      expect(earlier?.references).toEqual(
        scopeOf({ defaults }, viewWith({ [name]: 'configmap/app#a' })).references,
      );
    },
  );

  test('follows the earlier text of a peer’s annotation where peers are read', () => {
    const name = 'configmap.reloader.stakater.com/reload';
    const [before, workload] = [viewWith({ [name]: 'app' }), viewWith({ [name]: 'other' })];
    const idsWith = (compat: Defaults['compat'] & object) => {
      const deps = { defaults: { ...defaults, compat } };
      const now = scopeOf(deps, workload);
      return [now, scopeBefore(deps, { workload, before }, now)].map((scope) =>
        scope?.references.map(sourceId),
      );
    };
    expect(idsWith(['reloader'])).toEqual([['configmap/other'], ['configmap/app']]);
    expect(idsWith(['wave'])).toEqual([['configmap/app'], ['configmap/app']]);
  });

  test('is not known if it was beyond the limits', () => {
    const many = Array.from({ length: 101 }, (_, i) => `configmap/c${i}`).join(' ');
    expect(scopes({ 'lockstep.dev/only': many }, {}).earlier).toBeUndefined();
  });
});
