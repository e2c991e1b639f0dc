import { describe, expect, test } from 'vitest';
import { asksForPin, injectLabel, isManaged, pinLabel } from '../../src/policy/managed.ts';

describe('the inject label', () => {
  const label = (value?: string) => injectLabel(value === undefined ? {} : { 'lockstep.dev/inject': value });
  test.each([
    ['enabled', undefined, undefined, true],
    ['disabled', undefined, undefined, false],
    ['enabled', 'disabled', undefined, false],
    ['enabled', undefined, 'disabled', false],
    ['enabled', 'enabled', 'disabled', false],
    ['disabled', 'enabled', undefined, true],
    ['disabled', undefined, 'enabled', true],
    ['disabled', 'disabled', 'enabled', false],
    ['enabled', 'yes', undefined, true],
    ['disabled', 'yes', undefined, false],
  ] as const)(
    'default %s, workload %s, namespace %s: managed %s',
    (fallback, workload, namespace, managed) => {
      expect(isManaged(label(workload), label(namespace), fallback)).toBe(managed);
    },
  );
});

describe('the pin label', () => {
  test.each([
    [undefined, false, false],
    [undefined, true, true],
    ['enabled', false, true],
    ['enabled', true, true],
    ['disabled', false, false],
    ['disabled', true, false],
    ['yes', false, false],
    ['yes', true, true],
  ] as const)('label %s, namespace enabled %s: copies %s', (label, namespace, asks) => {
    const labels =
      label === undefined ? undefined : { 'lockstep.dev/pin': label, 'lockstep.dev/inject': 'x' };
    expect(asksForPin(pinLabel(labels), namespace)).toBe(asks);
  });
});

test('any other value of a label is malformed, and is named', () => {
  const labels = { 'lockstep.dev/inject': 'yes', 'lockstep.dev/pin': '' };
  expect(injectLabel(labels)).toEqual({ says: 'malformed', value: 'yes' });
  expect(pinLabel(labels)).toEqual({ says: 'malformed', value: '' });
  expect(injectLabel(null)).toEqual({ says: 'nothing' });
});
