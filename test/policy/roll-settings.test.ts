import { describe, expect, test } from 'vitest';
import { CALLS, OPERATIONS } from '../../src/policy/roll-on.ts';
import { settingsOf } from '../../src/policy/settings.ts';

describe('settings of rollouts', () => {
  const settings = (annotations: Record<string, string>, edit?: boolean) =>
    settingsOf(annotations, {
      secrets: false,
      include: true,
      ignore: [],
      rollOn: CALLS,
      ...(edit === undefined ? {} : { edit }),
    });

  test('a workload without annotations has the cluster’s', () => {
    expect(settings({})).toMatchObject({
      rollOn: CALLS,
      settleMs: undefined,
      first: false,
      windows: undefined,
      problems: [],
    });
  });

  test.each([
    ['lockstep.dev/settle', '30s', { settleMs: 30_000 }],
    ['lockstep.dev/settle', '0s', { settleMs: 0 }],
    ['lockstep.dev/settle', '1h', { settleMs: 3_600_000 }],
    ['lockstep.dev/first', 'true', { first: true }],
    ['lockstep.dev/first', 'false', { first: false }],
    [
      'lockstep.dev/roll-window',
      'Sun 01:30-02:00',
      { windows: [{ days: [7], start: 90, end: 120, zone: 'UTC' }] },
    ],
    ['lockstep.dev/roll-on', 'create,edit', { rollOn: ['create', 'edit'] }],
  ])('%s: %s', (annotation, value, expected) => {
    expect(settings({ [annotation]: value }, true)).toMatchObject({ ...expected, problems: [] });
  });

  test.each([
    ['lockstep.dev/settle', '30', 'is not a duration from 0s to 1h, such as 30s'],
    ['lockstep.dev/settle', '3601s', 'is not a duration from 0s to 1h, such as 30s'],
    ['lockstep.dev/settle', '-1s', 'is not a duration from 0s to 1h, such as 30s'],
    ['lockstep.dev/settle', '', 'is not a duration from 0s to 1h, such as 30s'],
    ['lockstep.dev/first', 'yes', 'is neither true nor false'],
    ['lockstep.dev/first', 'True', 'is neither true nor false'],
    ['lockstep.dev/first', '', 'is neither true nor false'],
    ['lockstep.dev/roll-window', '', 'names no window'],
  ])('%s: %j does not count, and is a problem', (annotation, part, why) => {
    const { problems, ...rest } = settings({ [annotation]: part });
    expect(problems).toEqual([{ annotation, part, why }]);
    expect(rest).toMatchObject({ settleMs: undefined, first: false, windows: undefined });
  });

  test('each malformed one is named, beside those of lists', () => {
    const { problems } = settings({
      'lockstep.dev/ignore': 'pod/a',
      'lockstep.dev/roll-on': 'always',
      'lockstep.dev/settle': 'soon',
      'lockstep.dev/first': '1',
      'lockstep.dev/roll-window': 'Mon 09:00-17:00; at night',
    });
    expect(problems.map(({ part }) => part)).toEqual(['pod/a', 'always', 'soon', '1', 'at night']);
  });

  test('edit in roll-on is named where edits are not followed, and the rest counts', () => {
    const annotations = { 'lockstep.dev/roll-on': OPERATIONS.join(' ') };
    const off = settings(annotations, false);
    expect(off.rollOn).toEqual(OPERATIONS);
    const annotation = 'lockstep.dev/roll-on';
    expect(off.problems).toEqual([{ annotation, part: 'edit', why: 'is switched off in this cluster' }]);
    expect(settings(annotations, true).problems).toEqual([]);
    expect(settings(annotations).problems).toEqual([]);
    expect(settings({ 'lockstep.dev/roll-on': 'scale' }, false).problems).toEqual([]);
  });
});
