import { describe, expect, test } from 'vitest';
import { copyName } from '../../src/copies/name.ts';
import { copiesNamedBy } from '../../src/copies/named.ts';

const SHORT = '0123456789abcdef';
const sources = JSON.stringify({
  'configmap/app': SHORT,
  'secret/db': `89abcdef-${SHORT}`,
  'configmap/live': SHORT,
  'configmap/none': 'absent',
});
const named = (pinned: string | undefined, configSources: string | undefined = sources) =>
  copiesNamedBy({
    ...(pinned !== undefined && { 'lockstep.dev/pinned': pinned }),
    ...(configSources !== undefined && { 'lockstep.dev/config-sources': configSources }),
  });

describe('the copies that a template names', () => {
  test('are those of its pinned sources, at their digests', () => {
    expect(named('configmap/app, secret/db')).toEqual([
      { kind: 'configmap', name: `app-lockstep-${SHORT}` },
      { kind: 'secret', name: `db-lockstep-89abcdef-${SHORT}` },
    ]);
  });

  test('include, for an absent source, one that is never made', () => {
    expect(named('configmap/none')).toEqual([{ kind: 'configmap', name: 'none-lockstep-absent_' }]);
  });

  test('have the names of real copies, for source names of any length', () => {
    const long = 'a'.repeat(253);
    expect(named(`configmap/${long}`, JSON.stringify({ [`configmap/${long}`]: SHORT }))).toEqual([
      { kind: 'configmap', name: copyName(long, SHORT) },
    ]);
  });

  test.each([
    ['not pinned', undefined, sources],
    ['a list that cannot be read', 'app', sources],
    ['a source without a digest', 'configmap/other', sources],
    ['a property of all objects', 'configmap/app', '{"__proto__":{"configmap/app":"x"}}'],
    ['no digests', 'configmap/app', '{}'],
    ['digests that are none', 'configmap/app', '{"configmap/app":1}'],
    ['digests that are no JSON', 'configmap/app', 'app'],
  ])('are none: %s', (_what, pinned, configSources) => {
    expect(named(pinned, configSources)).toEqual([]);
  });
});
