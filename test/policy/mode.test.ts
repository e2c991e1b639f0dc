import { describe, expect, test } from 'vitest';
import { inMode, MODES, modeOf } from '../../src/policy/mode.ts';

describe.each(MODES)('in a cluster whose mode is %s', (mode) => {
  test('the label of a namespace decides', () => {
    expect(modeOf({ 'lockstep.dev/mode': 'observe' }, mode)).toBe('observe');
    expect(modeOf({ 'lockstep.dev/mode': 'enforce' }, mode)).toBe('enforce');
  });

  test.each([undefined, null, {}, { 'lockstep.dev/mode': 'Observe' }, { 'lockstep.dev/mode': '' }])(
    'labels %j say nothing, as for the selectors of the registration',
    (labels) => {
      expect(modeOf(labels, mode)).toBe(mode);
    },
  );
});

test('words follow the mode', () => {
  expect(MODES.map((mode) => inMode(mode, 'keeps', 'would keep'))).toEqual(['keeps', 'would keep']);
});
